const seen = new Set<string>()

/** Which tenant tables a statement reads or changes without saying `tenant_id =` for each of them. */
export function unstated(text: string, tenantTables: ReadonlySet<string>): string[] {
  const named = [...text.matchAll(/\b(?:from|join|update)\s+(?:only\s+)?"?(\w+)"?/gi)].flatMap((match) => (tenantTables.has(match[1] ?? '') ? [match[1] ?? ''] : []))
  const stated = [...text.matchAll(/tenant_id"?\s*=|\(tenant_id, id\)\s+in/gi)].length
  return stated >= named.length ? [] : named
}

/** Fails a test that sends a statement without its tenant: row security would filter it, but it could not be routed. */
export function tenantCheck(tenantTables: ReadonlySet<string>): (text: string) => void {
  return (text) => {
    if (seen.has(text)) return
    const tables = unstated(text, tenantTables)
    if (tables.length > 0) throw new Error(`a statement on ${tables.join(', ')} does not state its tenant: ${text.slice(0, 200)}`)
    seen.add(text)
  }
}
