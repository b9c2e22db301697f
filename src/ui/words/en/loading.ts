/** The model on its way. */
export const loading = {
  title: 'Loading the model',
  fromNetwork: 'Happens once. It is kept in this browser for next time.',
  fromCache: 'Reading it from this browser.',
  here: 'Everything runs on this machine: no prompt and no picture ever leaves it.',
  progress: '{{loaded}} of {{total}}',
  compiling: 'Preparing {{graph}}',
  starting: 'Asking for the model',
  choosing: 'Trying out the hardware',
} as const;
