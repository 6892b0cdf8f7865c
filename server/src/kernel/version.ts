/** Version of the program. */
export const program = '0.1.0'
