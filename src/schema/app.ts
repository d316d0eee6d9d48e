import { builder } from './builder.ts';

export const AppInput = builder.inputType('AppInput', {
  description: 'An app of the organization.',
  fields: (t) => ({
    os: t.string({ required: true, description: 'Its operating system in 1 to 16 letters, like `ios` or `android`.' }),
    bundle: t.string({
      required: true,
      description:
        'The id of the app, like `com.example.app`: 1 to 155 letters, digits, `-` or `_`, in parts that dots join.',
    }),
  }),
});
