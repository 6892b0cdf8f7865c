import styles from './patient-banner.module.css'

const patternCount = 6
/** Neutral patterns: two tabs with two patients look different without a colour that could mean something. */
function patternOf(id: string): string {
  const pick = Number.parseInt(id.slice(-4), 16) % patternCount
  const ink = 'color-mix(in srgb, var(--quiet) 35%, transparent)'
  const patterns = [
    `repeating-linear-gradient(45deg, ${ink} 0 1px, transparent 1px 5px)`,
    `repeating-linear-gradient(-45deg, ${ink} 0 2px, transparent 2px 8px)`,
    `repeating-linear-gradient(0deg, ${ink} 0 1px, transparent 1px 5px)`,
    `repeating-linear-gradient(90deg, ${ink} 0 2px, transparent 2px 7px)`,
    `radial-gradient(${ink} 1px, transparent 1.5px) 0 0 / 6px 6px`,
    `repeating-linear-gradient(45deg, ${ink} 0 1px, transparent 1px 6px), repeating-linear-gradient(-45deg, ${ink} 0 1px, transparent 1px 6px)`,
  ]
  return patterns[pick] ?? 'none'
}

interface PatientMarkProps {
  id: string
  givenName: string
  familyName: string
  photoId?: string | null
}

/** The patient's picture, or initials, on the patient's own pattern. */
export function PatientMark({ id, givenName, familyName, photoId = null }: PatientMarkProps) {
  if (photoId !== null) return <div className={styles.initials} style={{ background: patternOf(id) }} aria-hidden><img key={photoId} className={styles.photo} src={`/api/v1/patients/${id}/photo`} alt="" /></div>
  return (
    <div className={styles.initials} style={{ background: patternOf(id) }} aria-hidden>
      <span>{`${[...givenName][0] ?? ''}${[...familyName][0] ?? ''}`.toUpperCase()}</span>
    </div>
  )
}
