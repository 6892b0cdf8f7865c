import { Alert, Button, Code, CopyButton, Group, SimpleGrid, Text } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'

/** Ten codes, shown once: to print or to copy. */
export function BackupCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  const t = useText()
  return (
    <Alert variant="outline" role="status" title={t('people.factor.codesTitle')}>
      <Text size="sm" mb="xs">{t('people.factor.codesHint')}</Text>
      <SimpleGrid cols={{ base: 2, sm: 5 }} spacing="xs" maw={640}>
        {codes.map((code) => <Code key={code} fz="sm" ta="center" dir="ltr">{code}</Code>)}
      </SimpleGrid>
      <Group gap="xs" mt="sm" className="no-print">
        <CopyButton value={codes.join('\n')}>{({ copied, copy }) => <Button size="xs" onClick={copy}>{t(copied ? 'people.key.copied' : 'people.key.copy')}</Button>}</CopyButton>
        <Button size="xs" variant="default" onClick={() => window.print()}>{t('common.print')}</Button>
        <Button size="xs" variant="default" onClick={onKept}>{t('people.factor.codesKept')}</Button>
      </Group>
    </Alert>
  )
}
