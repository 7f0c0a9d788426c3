export type Theme = 'LIGHT' | 'DARK';

/** How a person wants Forge to be. Kept under the id of the person. */
export interface PreferencesRecord {
  readonly id: number;
  readonly theme: Theme;
  readonly mailsNotes: boolean;
}

/** What the administrators tell everybody. */
export interface AnnouncementRecord {
  readonly id: number;
  readonly text: string;
  readonly updatedAt: string;
}
