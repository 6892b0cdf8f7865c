export * as glass from './glass.ts'
export * as members from './members.ts'
export * as settings from './settings.ts'
