export { openAlerts, overridesOf, SafetyAlerts } from './parts/safety-alerts.tsx'
