import { useEffect, useRef, useState } from 'react'
import { ActionIcon, Alert, FileButton, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconCamera, IconPhoto } from '@tabler/icons-react'
import { useText } from '../../../kernel/i18n.ts'

// A GS1 code begins with the separator that stands for its first function character; scanners leave it out.
const groupSeparator = String.fromCodePoint(29)
const cleaned = (text: string): string => (text.startsWith(groupSeparator) ? text.slice(1) : text)

// Loaded with the first scan: most people never open the camera.
const loadReader = async () => new (await import('@zxing/browser')).BrowserMultiFormatReader()

type Trouble = 'camera' | 'photo'

async function codeOf(photo: File): Promise<string> {
  const bitmap = await createImageBitmap(photo)
  const canvas = document.createElement('canvas')
  canvas.width = bitmap.width
  canvas.height = bitmap.height
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
  return (await loadReader()).decodeFromCanvas(canvas).getText()
}

/** The picture of the camera until a code is seen; `onTrouble` when there is no camera or it may not be used. */
function Viewfinder({ onCode, onTrouble }: { onCode: (code: string) => void; onTrouble: () => void }) {
  const t = useText()
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const state = { isGone: false, stop: () => {} }
    const start = async () => {
      const reader = await loadReader()
      if (state.isGone || video.current === null) return
      const controls = await reader.decodeFromConstraints({ video: { facingMode: 'environment' } }, video.current, (result) => {
        if (result === undefined || state.isGone) return
        state.isGone = true
        onCode(cleaned(result.getText()))
      })
      state.stop = () => controls.stop()
      if (state.isGone) controls.stop()
    }
    start().catch(onTrouble)
    return () => {
      state.isGone = true
      state.stop()
    }
  }, [])
  return <video ref={video} muted playsInline aria-label={t('inventory.camera.picture')} width="100%" />
}

/** Reads a code by the camera, or from a photo where there is none. */
export function CameraScan({ onCode }: { onCode: (code: string) => void }) {
  const t = useText()
  const [isOpen, setOpen] = useState(false)
  const [trouble, setTrouble] = useState<Trouble>()
  const take = (code: string) => {
    setOpen(false)
    setTrouble(undefined)
    onCode(code)
  }
  const read = (photo: File | null) => {
    if (photo !== null) codeOf(photo).then((code) => take(cleaned(code))).catch(() => setTrouble('photo'))
  }
  return (
    <>
      <ActionIcon variant="subtle" aria-label={t('inventory.camera')} onClick={() => setOpen(true)}><IconCamera size={18} /></ActionIcon>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t('inventory.camera')}>
        {isOpen ? (
          <Stack>
            {trouble === undefined ? null : <Alert color="yellow" variant="outline" role="alert">{t(`inventory.camera.no.${trouble}`)}</Alert>}
            {trouble === 'camera' ? null : <Viewfinder onCode={take} onTrouble={() => setTrouble('camera')} />}
            <Text size="sm" c="dimmed">{t('inventory.camera.hint')}</Text>
            <Group justify="end"><FileButton accept="image/*" inputProps={{ 'aria-label': t('inventory.camera.photo') }} onChange={read}>{(props) => <Button {...props} variant="default" leftSection={<IconPhoto size={16} />}>{t('inventory.camera.photo')}</Button>}</FileButton></Group>
          </Stack>
        ) : null}
      </Modal>
    </>
  )
}
