import { Text } from '@mantine/core'
import { useLanguage, useText } from '../../../kernel/i18n.ts'
import { SearchBox } from '../../../ui/search-box.tsx'
import { testsQuery, type LabTest } from '../queries.ts'

/** Finds a laboratory test by its code or its name in any language. */
export function TestSearch({ onTake }: { onTake: (test: LabTest) => void }) {
  const t = useText()
  const language = useLanguage()
  return (
    <SearchBox
      label={t('orders.basket.test')} placeholder={t('orders.basket.testHint')} none={t('orders.basket.none')} query={testsQuery} onTake={onTake}
      render={(test: LabTest) => <><Text size="sm" fw={600}>{test.name}</Text><Text size="xs">{test.names[language] === undefined ? null : <><bdi>{test.names[language]}</bdi> · </>}{[test.code, test.specimenType].join(' · ')}</Text></>}
    />
  )
}
