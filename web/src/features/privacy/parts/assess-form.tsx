import { Radio, Group, Textarea } from '@mantine/core'
import { privacy } from '#contract/privacy.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api, type Breach } from '../queries.ts'

interface AssessValues extends Record<string, unknown> {
  risk: string
  consequences: string
  measures: string
}
type Body = Parameters<typeof api.assessBreach>[0]['body']

const toBody = ({ risk, consequences, measures }: AssessValues): Body => ({ consequences, measures, risk: risk === 'low' ? 'low' : 'high' })

/** How grave it is, what may follow and what is done: the letters say the same. */
export function AssessForm({ breach, onClose }: { breach: Breach; onClose: () => void }) {
  const t = useText()
  const initialValues: AssessValues = { risk: breach.risk ?? 'high', consequences: breach.consequences, measures: breach.measures }
  const form = useAppForm({
    initialValues,
    schema: privacy.assessBreach.body, toBody, draft: { form: 'privacy.assess', subject: breach.id },
    submit: (values) => api.assessBreach({ params: { id: breach.id }, body: toBody(values) }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['privacy'] })
      onClose()
    },
  })
  return (
    <Form form={form} submitLabel={t('privacy.breach.assess')} cancel={onClose} labels={{ consequences: t('privacy.breach.consequences'), measures: t('privacy.breach.measures') }}>
      <Radio.Group label={t('privacy.breach.risk')} withAsterisk {...form.fields.getInputProps('risk')}>
        <Group mt="xs"><Radio value="high" label={t('privacy.risk.high')} /><Radio value="low" label={t('privacy.risk.low')} /></Group>
      </Radio.Group>
      <Textarea label={t('privacy.breach.consequences')} withAsterisk autosize minRows={2} maxLength={4000} {...form.fields.getInputProps('consequences')} />
      <Textarea label={t('privacy.breach.measures')} withAsterisk autosize minRows={2} maxLength={4000} {...form.fields.getInputProps('measures')} />
    </Form>
  )
}
