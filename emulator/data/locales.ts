type Words = readonly [string, ...string[]];

/** People who share a script: what they are called, where they live, what they dial. */
export type People = {
  country: string;
  language: string;
  prefix: string;
  men: Words;
  women: Words;
  families: Words;
};

/** Family names are such as do not change with gender. */
export const peoples: readonly [People, ...People[]] = [
  people('IT it +393', 'Marco Luca Niccolò Andrea', 'Giulia Sofia Zoë Chiara', 'Rossi Bianchi Cantù Dé_Luca Santorò'),
  people('gb en +447', 'Oliver George Séamus Noah', 'Amelia Isla Siân Grace', "Smith O'Neill Brontë Taylor Wood"),
  people('US en +1415', 'Liam José Mason Ethan', 'Emma Renée Ava Mia', 'Johnson Núñez Brown Davis Lee'),
  people('de de +4915', 'Jörg Lukas Björn Günther', 'Änne Käthe Anna Lena', 'Müller Weiß Schröder Groß König'),
  people('FR fr +336', 'François Hervé Loïc Théo', 'Chloé Hélène Inès Maëlys', "Lefèvre Gérard D'Aubigné Noël Petit"),
  people('es es +346', 'Íñigo Jesús Álvaro Pablo', 'Begoña María Lucía Ángela', 'García Muñoz Ibáñez Peña Vázquez'),
  people('PL pl +485', 'Łukasz Paweł Michał Jan', 'Małgorzata Zofia Róża Ewa', 'Wójcik Nowak Mazur Gołąb Dąbek'),
  people('tr tr +905', 'Çağrı İbrahim Uğur Emre', 'Şeyma Ayşe Gülşen Işıl', 'Yılmaz Öztürk Çelik Şahin Işık'),
  people('VN vi +849', 'Hùng Đức Tuấn Bảo', 'Phượng Thảo Ngọc Hằng', 'Nguyễn Trần Đặng Phạm Vũ'),
  people('ru ru +79', 'Алексей Дмитрий Фёдор Юрий', 'Ольга Татьяна Мария Юлия', 'Черных Долгих Бондарь Седых Ткач'),
  people(
    'UA uk +3806',
    'Олексій Андрій Ігор Юрій',
    'Оксана Ганна Марія Їва',
    "Шевченко Коваленко Бойко Мельник Лук'яненко",
  ),
  people(
    'gr el +306',
    'Γιώργος Νίκος Ιωάννης Πέτρος',
    'Ελένη Μαρία Αθηνά Ζωή',
    'Νικολάου Οικονόμου Αλεξάνδρου Γεωργίου Παύλου',
  ),
  people('AE ar +9715', 'محمد أحمد خالد يوسف', 'فاطمة عائشة مريم نور', 'الهاشمي المنصوري النعيمي الشامسي المزروعي'),
  people('il he +9725', 'דוד יוסף נועם איתן', 'שרה רחל נועה תמר', 'כהן לוי מזרחי פרץ ביטון'),
  people('CN zh +8613', '伟 强 志明 浩然', '芳 秀英 丽娜 欣怡', '王 李 张 欧阳 司马'),
  people('jp ja +8190', '太郎 大輔 ケンジ 翔', 'さくら 花子 ユミ 結衣', '佐藤 鈴木 高橋 渡辺 サトウ'),
  people('KR ko +8210', '민준 서준 도윤 지호', '서연 지우 하은 수아', '김 이 박 최 남궁'),
  people('in hi +919', 'आरव विवान अर्जुन कृष्ण', 'अनन्या दीया प्रिया लक्ष्मी', 'शर्मा वर्मा गुप्ता सिंह पटेल'),
  people('TH th +668', 'สมชาย ณัฐพล ธนากร กิตติ', 'สมหญิง พิมพ์ชนก อรทัย มาลี', 'ใจดี ศรีสุข ทองดี แสงจันทร์ บุญมี'),
];

function people(place: string, men: string, women: string, families: string): People {
  const [country = '', language = '', prefix = ''] = place.split(' ');
  return { country, language, prefix, men: words(men), women: words(women), families: words(families) };
}

function words(text: string): Words {
  const [first = '', ...rest] = text.split(' ').map((word) => word.replace('_', ' '));
  return [first, ...rest];
}
