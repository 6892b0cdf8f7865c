import { TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { people } from '#contract/people.ts'
import { useText } from '../../../kernel/i18n.ts'
import { notice } from '../../../kernel/notice.tsx'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Section } from '../../../ui/page.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { api, originsQuery } from '../queries.ts'

function OriginsForm({ origins }: { origins: string[] }) {
  const t = useText()
  const form = useAppForm<{ origins: string[] }, { origins: string[] }>({
    initialValues: { origins },
    schema: people.writeOrigins.body,
    submit: (values) => api.writeOrigins({ body: values }),
    done: (answer) => {
      queryClient.setQueryData(originsQuery.queryKey, answer)
      notice(t('common.saved'), t('common.undo'))
    },
  })
  const wrong = Object.entries(form.fields.errors).find(([path]) => path.startsWith('origins.'))?.[1]
  return (
    <Form form={form} submitLabel={t('common.save')} labels={{ origins: t('federation.origins.label') }}>
      <TagsInput dir="ltr" label={t('federation.origins.label')} description={t('federation.origins.hint')} placeholder="https://portal.example" {...form.fields.getInputProps('origins')} error={wrong ?? form.fields.errors['origins']} />
    </Form>
  )
}

/** Addresses whose pages may call with a token of this hospital. */
export function Origins() {
  const t = useText()
  const query = useQuery(originsQuery)
  return <Section title={t('federation.origins.title')}><Loaded query={query}>{({ origins }) => <OriginsForm key={origins.join(' ')} origins={origins} />}</Loaded></Section>
}
