import { useState } from 'react'
import { Button, Drawer, Select, Switch, Text, TextInput } from '@mantine/core'
import { depreciationMethod } from '#contract/assets-shapes.ts'
import { useText } from '../../../kernel/i18n.ts'
import { useWrite } from '../../../kernel/query.ts'
import { DataTable, type PageRequest } from '../../../ui/data-table.tsx'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { Page } from '../../../ui/page.tsx'
import { StateBadge } from '../../../ui/states.tsx'
import { renewed } from '../parts/done.ts'
import { api, type Category, touched } from '../queries.ts'

/** A category, new or changed: assets that are there keep their terms. */
function CategoryForm({ before, onClose }: { before: Category | undefined; onClose: () => void }) {
  const t = useText()
  const form = useAppForm({
    initialValues: { name: before?.name ?? '', method: String(before?.method ?? 'straight-line'), lifeMonths: String(before?.lifeMonths ?? 156), ratePercent: before?.ratePercent ?? '', residualPercent: before?.residualPercent ?? '5', source: before?.source ?? '', isActive: before?.isActive ?? true },
    submit: (values) => {
      const body = { name: values.name, method: depreciationMethod.parse(values.method), lifeMonths: Number(values.lifeMonths), residualPercent: values.residualPercent, source: values.source, isActive: values.isActive, ...(values.method === 'written-down' && values.ratePercent !== '' ? { ratePercent: values.ratePercent } : {}) }
      return before === undefined ? api.addCategory({ body }) : api.updateCategory({ params: { id: before.id }, ifMatch: before.version, body })
    },
    done: () => { renewed(); onClose() },
  })
  const { getInputProps, values, setFieldValue } = form.fields
  return (
    <Form form={form} submitLabel={t('common.save')} cancel={onClose}>
      <Text size="sm" c="dimmed">{t('assets.category.hint')}</Text>
      <TextInput data-autofocus label={t('common.name')} withAsterisk maxLength={120} {...getInputProps('name')} />
      <Select label={t('assets.method')} data={depreciationMethod.options.map((value) => ({ value, label: t(`assets.method.${value}`) }))} {...getInputProps('method')} />
      <TextInput label={t('assets.lifeMonths')} inputMode="numeric" {...getInputProps('lifeMonths')} />
      {values.method === 'written-down' ? <TextInput label={t('assets.rate')} description={t('assets.rateHint')} inputMode="decimal" {...getInputProps('ratePercent')} /> : null}
      <TextInput label={t('assets.residual')} description={t('assets.residualHint')} inputMode="decimal" {...getInputProps('residualPercent')} />
      <TextInput label={t('assets.source')} maxLength={200} {...getInputProps('source')} />
      <Switch label={t('common.active')} checked={values.isActive} onChange={(event) => setFieldValue('isActive', event.currentTarget.checked)} />
    </Form>
  )
}

/** Categories: how long their assets live, and how they are depreciated. */
export function CategoriesPage() {
  const t = useText()
  const [open, setOpen] = useState<{ row: Category | undefined }>()
  const usual = useWrite(() => api.addUsualCategories({ body: {} }), { invalidate: touched, done: t('common.saved') })
  const load = ({ cursor, limit, signal }: PageRequest) => api.listCategories({ query: { cursor, limit }, signal })
  const add = <Button onClick={() => setOpen({ row: undefined })}>{t('assets.category.add')}</Button>
  return (
    <Page title={t('assets.categories')} actions={<><Button variant="default" loading={usual.isPending} onClick={() => usual.mutate(undefined)}>{t('assets.category.usual')}</Button>{add}</>}>
      <DataTable
        name="asset-categories" queryKey={['assets', 'categories', 'list']} load={load} rowId={(row) => row.id} onOpen={(row) => setOpen({ row })} empty={{ title: t('assets.category.none'), hint: t('assets.category.noneHint'), action: add }}
        columns={[
          { key: 'name', label: t('common.name'), isProse: true, render: (row) => <bdi>{row.name}</bdi>, csv: (row) => row.name }, { key: 'method', label: t('assets.method'), render: (row) => t(`assets.method.${row.method}`), csv: (row) => row.method }, { key: 'life', label: t('assets.lifeMonths'), align: 'end', render: (row) => row.lifeMonths, csv: (row) => String(row.lifeMonths) },
          { key: 'rate', label: t('assets.rate'), align: 'end', render: (row) => (row.ratePercent === null ? '–' : `${row.ratePercent} %`), csv: (row) => row.ratePercent ?? '' }, { key: 'residual', label: t('assets.residual'), align: 'end', render: (row) => `${row.residualPercent} %`, csv: (row) => row.residualPercent }, { key: 'source', label: t('assets.source'), render: (row) => <bdi>{row.source || '–'}</bdi>, csv: (row) => row.source }, { key: 'state', label: t('common.state'), render: (row) => <StateBadge tone={row.isActive ? 'good' : 'neutral'} label={t(row.isActive ? 'common.active' : 'common.inactive')} /> },
        ]}
      />
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" title={open?.row?.name ?? t('assets.category.add')}>{open === undefined ? null : <CategoryForm before={open.row} onClose={() => setOpen(undefined)} />}</Drawer>
    </Page>
  )
}
