import { Select, SimpleGrid, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api, analytesQuery } from '../queries.ts'

/** A lot of control material: for which test and level, with its mean and standard deviation. */
export function LotForm({ onDone }: { onDone: () => void }) {
  const t = useText()
  const { facilityId } = useAuth()
  const tests = useQuery(analytesQuery).data?.items ?? []
  const form = useAppForm({
    initialValues: { testId: '', material: '', lotNumber: '', level: '', mean: '', sd: '', expiresOn: '' },
    submit: (values) => api.createLot({ body: { facilityId, ...values } }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['laboratory', 'quality'] })
      onDone()
    },
  })
  const labels = { testId: t('laboratory.test'), material: t('laboratory.quality.material'), lotNumber: t('laboratory.quality.lot'), level: t('laboratory.quality.level'), mean: t('laboratory.quality.mean'), sd: t('laboratory.quality.sd'), expiresOn: t('laboratory.quality.expires') }
  const field = (name: keyof typeof labels) => ({ label: labels[name], withAsterisk: true, ...form.fields.getInputProps(name) })
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onDone} labels={labels}>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select searchable data={tests.map((test) => ({ value: test.id, label: test.name }))} {...field('testId')} />
        <TextInput maxLength={120} {...field('material')} />
        <TextInput maxLength={60} {...field('lotNumber')} />
        <TextInput maxLength={30} {...field('level')} />
        <TextInput inputMode="decimal" maxLength={20} {...field('mean')} />
        <TextInput inputMode="decimal" maxLength={20} {...field('sd')} />
        <TextInput type="date" {...field('expiresOn')} />
      </SimpleGrid>
    </Form>
  )
}
