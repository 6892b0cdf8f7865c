import { Component, type ReactNode } from 'react'
import type { z } from 'zod'
import { Failed } from '../ui/states.tsx'
import { ApiError } from './api.ts'
import { errorText, hasPlainText, type Text } from './i18n.ts'

/** A page that fails says so inside the shell and can be tried again. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined }
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    if (this.state.error === undefined) return this.props.children
    return <Failed error={this.state.error} retry={() => this.setState({ error: undefined })} />
  }
}

function fieldText(t: Text, code: string, fallback: string): string {
  const key = [`fields.${code}`, `errors.${code}`].find(hasPlainText)
  return key === undefined ? fallback : t(key)
}

const asFormPath = (path: string) => path.replace(/^(body|query)\./, '').replaceAll('/', '.').replace(/^\./, '')

/** Field errors of a refusal, by the form's paths. */
export function problemToFields(t: Text, error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(error.errors.map((field) => [asFormPath(field.path), fieldText(t, field.code, field.message)]))
}

/** A refusal of the one field of a small form: what is wrong with it, or with the whole. */
export const fieldError = (t: Text, error: unknown): string => Object.values(problemToFields(t, error))[0] ?? errorText(t, error)

type Issue = z.core.$ZodIssue
const isMissing = (issue: Issue) => (issue.code === 'invalid_type' && issue.input === undefined) || (issue.code === 'too_small' && issue.minimum === 1)

/** Field errors of the contract's own check, before anything is sent. */
export function issuesToFields(t: Text, issues: Issue[]): Record<string, string> {
  const codeOf = (issue: Issue) => (isMissing(issue) ? 'required' : issue.code === 'custom' ? issue.message : issue.code)
  return Object.fromEntries(issues.map((issue) => [issue.path.map(String).join('.'), fieldText(t, codeOf(issue), t('fields.invalid'))]))
}
