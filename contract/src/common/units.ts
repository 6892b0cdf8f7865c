const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'
const raised = (digits: string): string => [...digits].map((digit) => superscripts[Number(digit)] ?? digit).join('')

/** A UCUM unit as it is written on paper: `10*6/uL` is 10⁶/µL, `mm[Hg]` mmHg, `[IU]/L` IU/L. What is in braces is a word of its own: `mL/min/{1.73_m2}` is mL/min/1.73 m². */
export const unitText = (ucum: string): string =>
  ucum
    .replaceAll(/10[*^](\d+)/g, (_whole, power: string) => `10${raised(power)}`)
    .replaceAll(/(?<![A-Za-z])u(?=[A-Za-z])/g, 'µ')
    .replaceAll(/[[\]{}]/g, '')
    .replaceAll('_', ' ')
    .replaceAll(/\bm([23])\b/g, (_whole, power: string) => `m${raised(power)}`)
