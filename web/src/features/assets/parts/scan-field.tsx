import { useState } from 'react'
import { TextInput } from '@mantine/core'
import { IconBarcode } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'
import { CameraScan } from '../../inventory/public.tsx'

interface ScanFieldProps {
  label: string
  onCode: (code: string) => void
  error?: string | undefined
  isFocused?: boolean
}

/** A field for the label of an asset: a wedge scanner types and sends Enter, the camera does the same. */
export function ScanField({ label, onCode, error, isFocused = false }: ScanFieldProps) {
  const t = useText()
  const [code, setCode] = useState('')
  const take = (text: string) => {
    if (text.trim() === '') return
    setCode('')
    onCode(text.trim())
  }
  return (
    <TextInput
      label={label} placeholder={t('assets.scanHint')} leftSection={<IconBarcode size={16} aria-hidden />} rightSection={<CameraScan onCode={take} />} autoComplete="off" autoFocus={isFocused} maxLength={60} error={error} value={code} miw={240}
      onChange={(event) => setCode(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        take(code)
      }}
    />
  )
}
