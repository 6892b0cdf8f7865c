import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, type MantineThemeOverride, mergeThemeOverrides } from '@mantine/core'

/** Deep teal, the confluence: the one colour of action. */
const river: MantineColorsTuple = ['#eaf6f5', '#d3ebe9', '#a5d6d3', '#74c0bb', '#4dada8', '#2f9a95', '#1b8480', '#0f6b69', '#0b5a59', '#064646']
const gray: MantineColorsTuple = ['#f8f9f8', '#f1f3f2', '#e6e9e8', '#d8dddb', '#c2c9c6', '#a3aca9', '#7d8784', '#59625f', '#3a423f', '#1f2624']
const dark: MantineColorsTuple = ['#d5dbd9', '#b3bcb9', '#8b9693', '#5c6865', '#3b4643', '#2c3634', '#222b29', '#192120', '#131a19', '#0d1312']

const theme = createTheme({
  primaryColor: 'river',
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  colors: { river, gray, dark },
  fontFamily: 'Inter, "Noto Sans", "Noto Sans Devanagari", "Noto Sans Arabic", system-ui, sans-serif',
  headings: { fontFamily: 'inherit', fontWeight: '600', sizes: { h1: { fontSize: '22px', lineHeight: '28px' }, h2: { fontSize: '18px', lineHeight: '24px' }, h3: { fontSize: '16px', lineHeight: '24px' } } },
  defaultRadius: 6,
  radius: { xs: '3px', sm: '6px', md: '6px', lg: '8px', xl: '12px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  fontSizes: { xs: '12px', sm: '14px', md: '16px', lg: '18px', xl: '20px' },
  shadows: { xs: 'none', sm: 'none', md: '0 0 0 1px var(--line)', lg: '0 4px 16px rgb(0 0 0 / 12%)', xl: '0 8px 24px rgb(0 0 0 / 16%)' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Paper: { defaultProps: { withBorder: true, shadow: 'none' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 400 } },
    // What scrolls sideways is reached by the keyboard too.
    TableScrollContainer: { defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } } },
    Select: { defaultProps: { allowDeselect: false, checkIconPosition: 'right' } },
  },
})

/** The theme in a language: what closes a dialog, a drawer or a note and what shows a password says so. */
export function themeIn({ close, dismiss, showPassword }: { close: string; dismiss: string; showPassword: string }): MantineThemeOverride {
  const closes = { defaultProps: { 'aria-label': close } }
  return mergeThemeOverrides(theme, { components: { ModalCloseButton: closes, DrawerCloseButton: closes, Notification: { defaultProps: { closeButtonProps: { 'aria-label': dismiss } } }, PasswordInput: { defaultProps: { visibilityToggleButtonProps: { 'aria-label': showPassword } } } } })
}

export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--banner-height': '64px', '--header-height': '52px' },
  light: { '--line': '#e1e5e4', '--ground': '#f6f8f7', '--drawn': '#0f6b69', '--surface': '#ffffff', '--quiet': '#5a6461', '--mantine-color-body': '#ffffff', '--mantine-color-dimmed': '#5a6461', '--mantine-color-error': '#b42318' },
  dark: { '--line': '#2c3634', '--ground': '#101615', '--drawn': '#74c0bb', '--surface': '#171e1d', '--quiet': '#a7b1ae', '--mantine-color-body': '#171e1d', '--mantine-color-dimmed': '#a7b1ae', '--mantine-color-error': '#ff8a80' },
})

/** Clinical meaning; always with a word or shape beside it. */
export const tones = { neutral: 'gray', good: 'green', warn: 'yellow', bad: 'red', info: 'blue' } as const
export type Tone = keyof typeof tones
