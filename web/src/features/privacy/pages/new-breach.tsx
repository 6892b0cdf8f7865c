import { z } from 'zod'
import { privacy } from '#contract/privacy.ts'
import { useFormat, type Format } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useGo, useSearchParam } from '../../../kernel/routing.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { BreachFields, type BreachValues } from '../parts/breach-fields.tsx'
import { api } from '../queries.ts'

const instantOf = (format: Format, local: string): string | undefined => {
  const [date, clock] = local.split('T')
  return date === undefined || clock === undefined ? undefined : format.instant(date, clock)
}

type Body = z.input<typeof privacy.openBreach.body>
const lists = z.object({ regimes: privacy.openBreach.body.shape.regimes, dataKinds: privacy.openBreach.body.shape.dataKinds })

function bodyOf(format: Format, values: BreachValues): Body {
  const chosen = lists.safeParse(values).data ?? { regimes: [], dataKinds: [] }
  const [discoveredAt, occurredFrom, occurredTo] = [values.discoveredAt, values.occurredFrom, values.occurredTo].map((local) => instantOf(format, local))
  return { title: values.title, description: values.description, ...chosen, discoveredAt: discoveredAt ?? '', ...(occurredFrom === undefined ? {} : { occurredFrom }), ...(occurredTo === undefined ? {} : { occurredTo }) }
}

/** Enters a breach: its clocks run from the moment it was discovered. */
export function NewBreachPage() {
  const t = useText()
  const go = useGo()
  const format = useFormat()
  const [glassId] = useSearchParam('glass')
  const told = glassId === undefined ? { title: '', description: '' } : { title: t('privacy.breach.fromGlass'), description: t('privacy.breach.fromGlassText', { id: glassId.slice(-8) }) }
  const initialValues: BreachValues = { ...told, discoveredAt: '', occurredFrom: '', occurredTo: '', regimes: ['dpdp', 'cert-in'], dataKinds: [] }
  const form = useAppForm({ initialValues, schema: privacy.openBreach.body, toBody: (values) => bodyOf(format, values), draft: { form: 'privacy.breach', subject: glassId ?? 'new' }, submit: (values) => api.openBreach({ body: bodyOf(format, values) }), done: (breach) => go(`/breaches/${breach.id}`) })
  const labels = { title: t('privacy.breach.what'), description: t('common.description'), discoveredAt: t('privacy.breach.field.discoveredAt'), occurredTo: t('privacy.breach.field.occurredTo'), regimes: t('privacy.breach.regimes') }
  return (
    <Page title={t('privacy.breach.new')} crumbs={[{ label: t('privacy.breaches.title'), path: '/breaches' }]}>
      <Section><Form form={form} submitLabel={t('privacy.breach.enter')} cancel={() => go('/breaches')} labels={labels}><BreachFields form={form} /></Form></Section>
    </Page>
  )
}
