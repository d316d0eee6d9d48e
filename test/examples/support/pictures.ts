import { demo } from '../../../emulator/demo.ts';
import type { Picture } from '../../browser/picture.ts';

/** The address of the page of the contact that has a value for most fields. */
export const adaPath = `/contacts/${encodeURIComponent(btoa(`Contact:${demo.contactId}`))}`;

const size = { width: 1280, height: 860 };

/** The pictures of the app. They are opened with the origin of the app. */
export const consolePictures: readonly Picture[] = [
  {
    file: 'contact-console-list.png',
    alternativeTexts: {
      'examples/contact-console/README.md': 'Contacts of the mobile app with an e-mail address, by name',
    },
    size,
    open: (page, url) => page.goto(`${url}/?method=MOBILEAPP&has=email&order=name`, { waitUntil: 'networkidle' }),
    shows(page) {
      const selected = (name: string, value: string) =>
        page.locator(`select[name="${name}"]:has(option[value="${value}"]:checked)`);
      const row = page.getByRole('listitem').first();
      return {
        'the filter by app': selected('method', 'MOBILEAPP'),
        'the filter by e-mail address': selected('has', 'email'),
        'the order by name': selected('order', 'name'),
        'the app of a contact': row.getByText('Mobile app', { exact: true }),
        'the e-mail address of a contact': row.getByText(/^\S+@\S+$/),
      };
    },
  },
  {
    file: 'contact-console.png',
    alternativeTexts: {
      'README.md': 'The page of a contact in the example app, with traffic, timeline, profile and policies',
      'examples/contact-console/README.md': 'A contact with its traffic, timeline, profile and policies',
    },
    size,
    open: (page, url) => page.goto(url + adaPath, { waitUntil: 'networkidle' }),
    shows(page) {
      const inCard = (title: string, text: string) => page.getByRole('region', { name: title }).getByText(text).first();
      return {
        contact: page.getByRole('heading', { level: 1, name: 'Ada Rossi' }),
        traffic: inCard('Traffic', '2.2 GB'),
        timeline: inCard('Timeline', 'Logged in to the WiFi'),
        profile: inCard('Profile', 'ada.rossi@example.com'),
        policies: inCard('Policies', 'Privacy policy'),
      };
    },
  },
];
