import { Button, FileButton, Group } from '@mantine/core'
import { IconCamera } from '@tabler/icons-react'
import type { Patient } from '#contract/patients.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { LifecycleButtons } from '../../../ui/lifecycle-buttons.tsx'
import { api } from '../queries.ts'

/** The picture of a patient: taken by the camera of a phone, or chosen. */
export function Photo({ patient }: { patient: Patient }) {
  const t = useText()
  const touched = [['patients', patient.id]]
  const set = useWrite(
    (file: File) => {
      const form = new FormData()
      form.set('file', file)
      return api.setPhoto({ params: { id: patient.id }, form })
    },
    { invalidate: touched, done: t('patients.photo.done') },
  )
  return (
    <Group gap="xs" wrap="nowrap">
      <FileButton onChange={(file) => (file === null ? undefined : set.mutate(file))} accept="image/jpeg,image/png,image/webp" inputProps={{ 'aria-label': t('patients.photo.choose') }}>
        {(props) => <Button {...props} size="xs" variant="default" leftSection={<IconCamera size={16} aria-hidden />} loading={set.isPending}>{t('patients.photo.choose')}</Button>}
      </FileButton>
      {patient.photoId === null ? null : <LifecycleButtons size="xs" actions={['remove']} invalidate={touched} steps={[{ step: 'remove', label: t('patients.photo.remove'), isDangerous: true, confirm: t('patients.photo.removeConfirm'), run: () => api.removePhoto({ params: { id: patient.id }, body: {} }) }]} />}
    </Group>
  )
}
