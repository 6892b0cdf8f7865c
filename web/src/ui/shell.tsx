import { lazy, Suspense } from 'react'
import { Button, Kbd } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { Link, Outlet } from '@tanstack/react-router'
import { useAuth } from '../kernel/auth.tsx'
import { useText } from '../kernel/i18n.ts'
import { GivenBy } from './given.tsx'
import { BottomNavigation, SideNavigation } from './navigation.tsx'
import { FacilitySwitch, LanguageMenu, UserMenu } from './preferences.tsx'
import { Shortcuts } from './shortcuts.tsx'
import styles from './shell.module.css'

const loadFinder = () => import('./spotlight.tsx')
const Finder = lazy(async () => ({ default: (await loadFinder()).Finder }))
const openFinder = async () => (await loadFinder()).openFinder()

function Header() {
  const t = useText()
  return (
    <header className={styles.header}>
      <Link to="/" className={styles.brand} aria-label={t('shell.home')}>
        <img src="/icon.svg" alt="" width={24} height={24} />
        <span className={styles.wide}>Triveni</span>
      </Link>
      <Button variant="default" className={styles.search} classNames={{ label: styles.searchLabel }} justify="space-between" leftSection={<IconSearch size={16} />} rightSection={<Kbd className={`${styles.wide} ${styles.keys}`} size="xs">Ctrl K</Kbd>} onClick={() => void openFinder()}>
        {t('shell.find')}
      </Button>
      <div className={styles.gap} />
      <div className={styles.wide}>
        <FacilitySwitch />
      </div>
      <GivenBy place="headerAction" />
      <LanguageMenu />
      <UserMenu />
    </header>
  )
}


/** The frame around every page. */
export function Shell() {
  const t = useText()
  const { me } = useAuth()
  return (
    <>
      <a href="#main" className="skip-link">
        {t('shell.skip')}
      </a>
      <div className={styles.frame}>
        <Header />
        <SideNavigation />
        <main id="main" className={styles.main} tabIndex={-1}>
          <GivenBy place="shellNotice" />
          {me.isDemo ? <div className={styles.demo}>{t('shell.demo')}</div> : null}
          <Outlet />
        </main>
      </div>
      <BottomNavigation />
      <Shortcuts />
      <Suspense fallback={null}>
        <Finder />
      </Suspense>
    </>
  )
}
