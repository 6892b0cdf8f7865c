import { useState } from 'react'
import { Button, Group, Textarea } from '@mantine/core'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { api, type Result, touched } from '../queries.ts'

/** A comment that goes out with a result, before it is out. */
export function CommentForm({ result }: { result: Result }) {
  const t = useText()
  const [comment, setComment] = useState(result.comment)
  const save = useWrite(() => api.commentResult({ params: { id: result.id }, ifMatch: result.version, body: { comment } }), { invalidate: touched, done: t('laboratory.comment.kept') })
  return (
    <Group align="end" gap="xs" maw={640}>
      <Textarea flex={1} miw={220} label={t('laboratory.comment')} autosize minRows={1} maxLength={1000} value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
      <Button variant="default" disabled={comment === result.comment} loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button>
    </Group>
  )
}
