import { Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { SearchBox } from '../../../ui/search-box.tsx'
import { searchQuery, type FoundMedication } from '../queries.ts'

const details = (medicine: FoundMedication) => [medicine.genericName, medicine.systemData['strength'], medicine.systemData['dosageForm'] ?? medicine.systemData['type'] ?? medicine.systemData['potency']].filter(Boolean).join(' · ')

/** Finds a medicine by the beginning of its name or generic name. */
export function MedicineSearch({ onTake }: { onTake: (medicine: FoundMedication) => void }) {
  const t = useText()
  return (
    <SearchBox
      label={t('medications.item.add')} placeholder={t('medications.search.placeholder')} none={t('medications.search.none')} query={searchQuery} onTake={onTake}
      render={(medicine: FoundMedication) => <><Text size="sm" fw={600}>{medicine.name}</Text><Text size="xs">{[details(medicine), t(`medications.system.${medicine.system}`)].filter(Boolean).join(' · ')}</Text></>}
    />
  )
}
