/** How the upstream says that no contact matches (endpoints 14 and 16): the vendor's SDK accepts each of these [sdk]. */
export const absences = ['not-found', 'present-false', 'conflict'] as const;

/** One of `absences`. `conflict` is a 409, with which only endpoint 16 answers; endpoint 14 answers a 404 then. */
export type Absence = (typeof absences)[number];

/** The setting of an emulator. */
export type AbsenceSetting = { current(): Absence; set(absence: Absence): void };

/** The setting without configuration. */
export const defaultAbsence: Absence = 'not-found';

/** Creates the setting. */
export function createAbsenceSetting(): AbsenceSetting {
  let absence = defaultAbsence;
  return {
    current: () => absence,
    set(changed) {
      absence = changed;
    },
  };
}
