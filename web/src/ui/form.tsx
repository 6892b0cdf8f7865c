import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Alert, Anchor, Button, Group, List, Stack, Text } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { z } from 'zod'
import { issuesToFields, problemToFields } from '../kernel/errors.tsx'
import { errorText, useText } from '../kernel/i18n.ts'
import { useDraft } from '../kernel/draft.ts'

interface AppFormOptions<V, A> {
  initialValues: V
  submit: (values: V) => Promise<A>
  /** The contract's body: the same check as the server's, before sending. */
  schema?: z.ZodType
  toBody?: (values: V) => unknown
  done?: (answer: A) => void
  draft?: { form: string; subject: string }
}

export interface AppForm<V> {
  fields: UseFormReturnType<V>
  send: () => Promise<void>
  isSending: boolean
  /** What refused the whole, not one field. */
  error: unknown
  isRestored: boolean
  discard: () => void
}

/** A form that checks by the contract, keeps what is typed and shows a refusal at its fields. */
export function useAppForm<V extends Record<string, unknown>, A>(options: AppFormOptions<V, A>): AppForm<V> {
  const t = useText()
  const draft = useDraft<V>(options.draft?.form ?? '', options.draft?.subject ?? '', options.draft !== undefined)
  const [isSending, setSending] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isRestored, setRestored] = useState(false)
  const fields = useForm<V>({ mode: 'controlled', initialValues: options.initialValues, onValuesChange: (values) => draft.save(values) })

  useEffect(() => {
    if (!draft.restored || fields.isDirty()) return
    fields.setValues(draft.restored)
    setRestored(true)
  }, [draft.restored])

  const check = (values: V): Record<string, string> => {
    const checked = options.schema?.safeParse(options.toBody?.(values) ?? values)
    return checked === undefined || checked.success ? {} : issuesToFields(t, checked.error.issues)
  }
  const send = async () => {
    const found = check(fields.values)
    fields.setErrors(found)
    setError(undefined)
    if (Object.keys(found).length > 0) return
    setSending(true)
    try {
      const answer = await options.submit(fields.values)
      await draft.clear()
      options.done?.(answer)
    } catch (caught) {
      fields.setErrors(problemToFields(t, caught))
      setError(caught)
    } finally {
      setSending(false)
    }
  }
  const discard = () => {
    void draft.clear()
    fields.setValues(options.initialValues)
    setRestored(false)
  }
  return { fields, send, isSending, error, isRestored, discard }
}

const isPlainField = (target: EventTarget): target is HTMLInputElement => target instanceof HTMLInputElement && !['submit', 'button', 'checkbox', 'radio'].includes(target.type) && target.getAttribute('aria-expanded') !== 'true'

/** Enter goes to the next field, the last one to the button; Ctrl+Enter sends. */
function moveOn(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.defaultPrevented) return
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault()
    event.currentTarget.requestSubmit()
    return
  }
  if (!isPlainField(event.target)) return
  event.preventDefault()
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input:not([type=hidden]):not([disabled]), textarea, button[type=submit]')].filter((stop) => stop.offsetParent !== null && stop.tabIndex >= 0)
  stops[stops.indexOf(event.target) + 1]?.focus()
}

function ErrorSummary({ errors, error, labels }: { errors: Record<string, ReactNode>; error: unknown; labels: Record<string, string> }) {
  const t = useText()
  const box = useRef<HTMLDivElement>(null)
  const paths = Object.keys(errors).filter((path) => errors[path])
  const isShown = paths.length > 0 || error !== undefined
  const jump = (path: string) => document.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus()
  useEffect(() => {
    if (isShown) box.current?.focus()
  }, [isShown, error])
  if (!isShown) return null
  return (
    <Alert ref={box} tabIndex={-1} role="alert" color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} title={error === undefined ? t('errors.check', { count: paths.length }) : errorText(t, error)}>
      <List size="sm">
        {paths.map((path) => (
          <List.Item key={path}>
            <Anchor component="button" type="button" size="sm" onClick={() => jump(path)}>
              {labels[path] === undefined ? errors[path] : t('errors.atField', { field: labels[path], message: String(errors[path]) })}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

interface FormProps<V> {
  form: AppForm<V>
  submitLabel: string
  cancel?: (() => void) | undefined
  labels?: Record<string, string>
  extraActions?: ReactNode
  children: ReactNode
}

/** Labels above, errors at the field and in a summary that jumps. */
export function Form<V>({ form, submitLabel, cancel, labels = {}, extraActions, children }: FormProps<V>) {
  const t = useText()
  return (
    <form
      noValidate
      onKeyDown={moveOn}
      onSubmit={(event) => {
        event.preventDefault()
        void form.send()
      }}
    >
      <Stack gap="md">
        <ErrorSummary errors={form.fields.errors} error={form.error} labels={labels} />
        {form.isRestored ? (
          <Group gap="xs">
            <Text size="sm" c="dimmed">
              {t('common.draftRestored')}
            </Text>
            <Button size="compact-sm" variant="subtle" onClick={form.discard}>
              {t('common.startAfresh')}
            </Button>
          </Group>
        ) : null}
        {children}
        <Group justify="end" gap="xs">
          {extraActions}
          {cancel === undefined ? null : (
            <Button variant="default" onClick={cancel}>
              {t('common.cancel')}
            </Button>
          )}
          <Button type="submit" loading={form.isSending}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
