type Names = readonly [string, ...string[]];

/** A country with its language, the dial prefix of its mobile numbers, and names in its script. */
export type Locale = {
  country: string;
  language: string;
  prefix: string;
  maleNames: Names;
  femaleNames: Names;
  familyNames: Names;
};

/** The locales of generated contacts. Their family names have the same form for all genders. */
export const locales: readonly [Locale, ...Locale[]] = [
  locale('IT it +393', 'Marco Luca Niccolò Andrea', 'Giulia Sofia Zoë Chiara', 'Rossi Bianchi Cantù Dé_Luca Santorò'),
  locale('gb en +447', 'Oliver George Séamus Noah', 'Amelia Isla Siân Grace', "Smith O'Neill Brontë Taylor Wood"),
  locale('US en +1415', 'Liam José Mason Ethan', 'Emma Renée Ava Mia', 'Johnson Núñez Brown Davis Lee'),
  locale('de de +4915', 'Jörg Lukas Björn Günther', 'Änne Käthe Anna Lena', 'Müller Weiß Schröder Groß König'),
  locale('FR fr +336', 'François Hervé Loïc Théo', 'Chloé Hélène Inès Maëlys', "Lefèvre Gérard D'Aubigné Noël Petit"),
  locale('es es +346', 'Íñigo Jesús Álvaro Pablo', 'Begoña María Lucía Ángela', 'García Muñoz Ibáñez Peña Vázquez'),
  locale('PL pl +485', 'Łukasz Paweł Michał Jan', 'Małgorzata Zofia Róża Ewa', 'Wójcik Nowak Mazur Gołąb Dąbek'),
  locale('tr tr +905', 'Çağrı İbrahim Uğur Emre', 'Şeyma Ayşe Gülşen Işıl', 'Yılmaz Öztürk Çelik Şahin Işık'),
  locale('VN vi +849', 'Hùng Đức Tuấn Bảo', 'Phượng Thảo Ngọc Hằng', 'Nguyễn Trần Đặng Phạm Vũ'),
  locale('ru ru +79', 'Алексей Дмитрий Фёдор Юрий', 'Ольга Татьяна Мария Юлия', 'Черных Долгих Бондарь Седых Ткач'),
  locale(
    'UA uk +3806',
    'Олексій Андрій Ігор Юрій',
    'Оксана Ганна Марія Їва',
    "Шевченко Коваленко Бойко Мельник Лук'яненко",
  ),
  locale(
    'gr el +306',
    'Γιώργος Νίκος Ιωάννης Πέτρος',
    'Ελένη Μαρία Αθηνά Ζωή',
    'Νικολάου Οικονόμου Αλεξάνδρου Γεωργίου Παύλου',
  ),
  locale('AE ar +9715', 'محمد أحمد خالد يوسف', 'فاطمة عائشة مريم نور', 'الهاشمي المنصوري النعيمي الشامسي المزروعي'),
  locale('il he +9725', 'דוד יוסף נועם איתן', 'שרה רחל נועה תמר', 'כהן לוי מזרחי פרץ ביטון'),
  locale('CN zh +8613', '伟 强 志明 浩然', '芳 秀英 丽娜 欣怡', '王 李 张 欧阳 司马'),
  locale('jp ja +8190', '太郎 大輔 ケンジ 翔', 'さくら 花子 ユミ 結衣', '佐藤 鈴木 高橋 渡辺 サトウ'),
  locale('KR ko +8210', '민준 서준 도윤 지호', '서연 지우 하은 수아', '김 이 박 최 남궁'),
  locale('in hi +919', 'आरव विवान अर्जुन कृष्ण', 'अनन्या दीया प्रिया लक्ष्मी', 'शर्मा वर्मा गुप्ता सिंह पटेल'),
  locale('TH th +668', 'สมชาย ณัฐพล ธนากร กิตติ', 'สมหญิง พิมพ์ชนก อรทัย มาลี', 'ใจดี ศรีสุข ทองดี แสงจันทร์ บุญมี'),
];

function locale(codes: string, maleNames: string, femaleNames: string, familyNames: string): Locale {
  const [country = '', language = '', prefix = ''] = codes.split(' ');
  return {
    country,
    language,
    prefix,
    maleNames: splitNames(maleNames),
    femaleNames: splitNames(femaleNames),
    familyNames: splitNames(familyNames),
  };
}

function splitNames(text: string): Names {
  const [first = '', ...rest] = text.split(' ').map((word) => word.replace('_', ' '));
  return [first, ...rest];
}
