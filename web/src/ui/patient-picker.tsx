import { useState } from 'react'
import { Combobox, Group, Loader, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { patients, type PatientSummary } from '#contract/patients.ts'
import { client } from '../kernel/api.ts'
import { useText } from '../kernel/i18n.ts'
import { fullName, patientQuery, useAgeText } from './patient-banner.tsx'

const api = client(patients)
const leastLetters = 2

/** Patients by name, MRN or phone; the text is posted and never stands in a URL. */
export function usePatientSearch(text: string) {
  const [wanted] = useDebouncedValue(text.trim(), 200)
  return useQuery({ queryKey: ['patients', 'search', wanted], queryFn: ({ signal }) => api.search({ body: { text: wanted, limit: 8 }, signal }), enabled: wanted.length >= leastLetters, gcTime: 0, staleTime: 5000 })
}

export function PatientLine({ patient }: { patient: PatientSummary }) {
  const t = useText()
  const ageText = useAgeText()
  return (
    <div>
      <Text size="sm" fw={600}>
        <bdi>{fullName(patient)}</bdi> <bdi>{patient.localName}</bdi>
      </Text>
      <Text size="xs" c="dimmed" className="figures">
        <span className="whole">{t('patients.banner.facts', { age: ageText(patient.age), sex: t(`patients.sex.${patient.sex}`), mrn: patient.mrn })}</span> · <bdi className="whole">{patient.phone}</bdi>
      </Text>
    </div>
  )
}

interface PatientPickerProps {
  value: string
  onChange: (id: string, patient?: PatientSummary) => void
  label: string
  error?: string
  isRequired?: boolean
}

/** Finds a patient inside a form. */
export function PatientPicker({ value, onChange, label, error, isRequired = false }: PatientPickerProps) {
  const t = useText()
  const combobox = useCombobox()
  const [text, setText] = useState<string>()
  const found = usePatientSearch(text ?? '')
  const chosen = useQuery({ ...patientQuery(value), enabled: value !== '' && text === undefined })
  const shown = text ?? (chosen.data === undefined || value === '' ? '' : `${fullName(chosen.data)} · ${chosen.data.mrn}`)
  const items = found.data?.items ?? []
  const choose = (id: string) => {
    onChange(id, items.find((item) => item.id === id))
    setText(undefined)
    combobox.closeDropdown()
  }
  const type = (typed: string) => {
    setText(typed)
    if (value !== '') onChange('')
    combobox.openDropdown()
    combobox.updateSelectedOptionIndex()
  }
  return (
    <Combobox store={combobox} onOptionSubmit={choose}>
      <Combobox.Target>
        <TextInput label={label} withAsterisk={isRequired} error={error} autoComplete="off" placeholder={t('patients.search.placeholder')} value={shown} onChange={(event) => type(event.currentTarget.value)} onBlur={() => combobox.closeDropdown()} rightSection={found.isFetching ? <Loader size="xs" /> : null} />
      </Combobox.Target>
      <Combobox.Dropdown hidden={text === undefined || text.trim().length < leastLetters}>
        <Combobox.Options>
          {items.map((patient) => (
            <Combobox.Option key={patient.id} value={patient.id}>
              <Group wrap="nowrap">
                <PatientLine patient={patient} />
              </Group>
            </Combobox.Option>
          ))}
          {found.isSuccess && items.length === 0 ? <Combobox.Empty>{t('patients.search.none')}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
