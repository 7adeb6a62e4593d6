// Writes parse/names.tsv from CLDR: npm pack cldr-dates-full cldr-core, unpack both into one folder, and
// node tools/names.mjs FOLDER/package > parse/names.tsv
import { readFileSync, readdirSync } from "node:fs";

const root = process.argv[2];
const json = (path) => JSON.parse(readFileSync(`${root}/${path}`, "utf8"));
const languages = ["en", "ur", "it", "fr", "es", "de", "pt", "ru", "pl", "hi", "bn", "ar", "fa", "tr", "nl", "id", "uk"];
const days = { mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 };

// Spellings of papers beyond CLDR.
const more = {
  month: {
    1: "janv gen ene jänner जनवरी জানুয়ারী", 2: "فروری feb ফেব্রুয়ারী", 3: "mär", 6: "জুন", 7: "juil", 8: "আগষ্ট",
    9: "sept setiembre set सितम्बर", 10: "अक्तूबर ott okt", 11: "नवम्बर نومبر", 12: "दिसम्बर dez دسمبر",
  },
  weekday: {
    1: "پیر সোমবার الإثنين", 2: "tues منگل मंगल", 3: "weds wednes بدھ", 4: "thur thurs جمعرات वीरवार गुरूवार", 5: "جمعہ",
    6: "ہفتہ sonnabend سنیچر शनिश्चर", 7: "اتوار इतवार",
  },
};
// Words of papers for periods of the day beyond CLDR, by their hours.
const periodsMore = {
  "12-13": "midday", "12-18": "l’après-midi l'après-midi après-midi", "0-6": "तड़के", "4-12": "सवेरे प्रातः প্রাতঃ", "16-20": "सायं",
  "6-12": "সকালে", "12-16": "দুপুরে दोपहर", "16-18": "বিকেল বিকেলে বিকালে سہپہر", "18-20": "সন্ধ্যায়", "20-4": "রাত রাতে شب",
  "6-18": "دن दिन দিন", "3-6": "فجر", "13-18": "عصرا",
};
const halvesMore = {
  1: "صبح الصباح पूर्वाह्न एएम পূর্বাহ্ন এএম 上午 午前 오전", 2: "شام المساء अपराह्न पीएम অপরাহ্ন পিএম 下午 午後 오후",
};
const zonesMore = {
  "Coordinated Universal Time": "UTC", "Universal Time": "UTC", "Universal Time Coordinated": "UTC",
  "British Summer Time": "+01:00", "Irish Standard Time": "+01:00", "Indian Standard Time": "Asia/Kolkata",
  "Pakistan Time": "Asia/Karachi", "Gulf Time": "Asia/Dubai", "Arabia Time": "Asia/Riyadh",
};

const tables = { month: {}, weekday: {}, half: {}, period: {} };
const zones = new Map();

// spellings returns a name without full stops, and its forms without accents, hamza, nukta and joiners.
function spellings(name) {
  const plain = name.toLowerCase().normalize("NFC").replace(/[.॰\u200c\u200e\u200f]/g, "").replace(/\s+/g, " ").trim();
  const bare = plain.normalize("NFD").replace(/[\u0300-\u036f\u064b-\u0655\u093c\u09bc]/g, "").normalize("NFC");
  return [plain, bare];
}

function add(kind, number, name) {
  for (let s of spellings(name)) {
    if (kind === "half") s = s.replaceAll(" ", "");
    if (kind === "period") s = s.replace(/^(de la |de l’|del |du |da |di |in the |at |’s |o |w |في )/, "").replace(/ میں$/, "");
    if (s.length < 2 && !(kind === "half" && /[\u0600-\u06ff]/.test(s))) continue;
    if (/^\d/.test(s)) continue;
    (tables[kind][s] ??= new Set()).add(number);
  }
}

const periodHours = json("supplemental/dayPeriods.json").supplemental.dayPeriodRuleSet;

// hours returns the hours of a period of the day in a language, as FROM-BEFORE.
function hours(language, period) {
  const rule = periodHours[language]?.[period];
  if (!rule) return "";
  const [from, before] = [rule._from ?? rule._at, rule._before].map((at) => parseInt(at, 10));
  return `${from}-${isNaN(before) ? from + 1 : before}`;
}

for (const locale of readdirSync(`${root}/main`).sort()) {
  if (!languages.includes(locale.split("-")[0]) || /-(Dsrt|Shaw|Latn)/.test(locale)) continue;
  const calendar = json(`main/${locale}/ca-gregorian.json`).main[locale].dates.calendars.gregorian;
  for (const context of ["format", "stand-alone"]) {
    for (const width of ["wide", "abbreviated", "short"]) {
      for (const [n, name] of Object.entries(calendar.months[context][width] ?? {})) add("month", +n, name);
      for (const [d, name] of Object.entries(calendar.days[context][width] ?? {})) {
        add("weekday", days[d], name);
        if (/-feira$/.test(name)) add("weekday", days[d], name.replace("-feira", ""));
      }
      if (width === "short") continue;
      const halves = calendar.dayPeriods[context][width];
      for (const [key, n] of [["am", 1], ["pm", 2]]) {
        add("half", n, halves[key]);
        if (halves[`${key}-alt-variant`]) add("half", n, halves[`${key}-alt-variant`]);
      }
      for (const [key, name] of Object.entries(halves)) {
        const of = hours(locale.split("-")[0], key);
        if (of) add("period", of, name);
      }
    }
  }
}
for (const kind of ["month", "weekday"]) {
  for (const [n, names] of Object.entries(more[kind])) for (const name of names.split(" ")) add(kind, +n, name);
}
for (const [n, names] of Object.entries(halvesMore)) for (const name of names.split(" ")) add("half", +n, name);
for (const [of, names] of Object.entries(periodsMore)) for (const name of names.split(" ")) add("period", of, name);

// offset returns the seconds east of UTC in January or July.
function offset(zone, month) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(Date.UTC(2026, month, 15));
  const [, sign, h, m] = /GMT(?:([+-])(\d+):(\d+))?/.exec(parts.find((p) => p.type === "timeZoneName").value);
  return sign ? (sign === "-" ? -1 : 1) * (h * 3600 + m * 60) : 0;
}
const written = (seconds) => (seconds < 0 ? "-" : "+") +
  new Date(Math.abs(seconds) * 1000).toISOString().slice(11, 16);

const golden = {};
for (const { mapZone } of json("supplemental/metaZones.json").supplemental.metaZones.metazones) {
  if (mapZone._territory === "001") golden[mapZone._other] = mapZone._type;
}
const names = json("main/en/timeZoneNames.json").main.en.dates.timeZoneNames.metazone;
for (const [meta, { long }] of Object.entries(names)) {
  if (!golden[meta] || !long) continue;
  let january, july;
  try { [january, july] = [offset(golden[meta], 0), offset(golden[meta], 6)]; } catch { continue; }
  const standard = Math.min(january, july);
  if (long.standard) zones.set(long.standard, written(standard));
  if (long.daylight) zones.set(long.daylight, written(january === july ? standard + 3600 : Math.max(january, july)));
  if (long.generic) zones.set(long.generic, golden[meta]);
}
for (const { mapZone } of json("supplemental/windowsZones.json").supplemental.windowsZones.mapTimezones) {
  if (mapZone._territory === "001" && !zones.has(mapZone._other) && !/^UTC/.test(mapZone._other)) {
    zones.set(mapZone._other, mapZone._type);
  }
}
for (const [name, zone] of Object.entries(zonesMore)) zones.set(name, zone);

// The first three letters of a name are another abbreviation where no other name begins with them.
for (const kind of ["month", "weekday"]) {
  const short = {};
  for (const [name, numbers] of Object.entries(tables[kind])) {
    if (!/^[a-z\u00df-\u024f\u0400-\u04ff]{4,}$/.test(name)) continue;
    for (const n of numbers) (short[name.slice(0, 3)] ??= new Set()).add(n);
  }
  for (const [name, numbers] of Object.entries(short)) if (numbers.size === 1) tables[kind][name] ??= numbers;
}

console.log(`# Names in dates. Source: Unicode CLDR 48.2 (npm cldr-dates-full, cldr-core; Unicode License v3), and spellings of
# papers beyond it; written by tools/names.mjs. Languages: ${languages.join(" ")}.
# Columns: kind (month, weekday, half of the day, period of the day, zone), number, hours or zone, names parted by |. A
# weekday with two meanings in different languages has number 0. The hours of a period are from one to before another.`);
for (const [kind, table] of Object.entries(tables)) {
  const byNumber = {};
  for (const [name, numbers] of Object.entries(table)) {
    if (kind === "period" && (tables.month[name] || tables.weekday[name])) continue;
    if (kind === "period") for (const of of numbers) (byNumber[of] ??= []).push(name);
    else (byNumber[numbers.size === 1 ? [...numbers][0] : 0] ??= []).push(name);
  }
  for (const [n, all] of Object.entries(byNumber)) console.log(`${kind}\t${n}\t${all.sort().join("|")}`);
}
const byZone = {};
for (const [name, zone] of zones) (byZone[zone] ??= []).push(name.toLowerCase());
for (const zone of Object.keys(byZone).sort()) console.log(`zone\t${zone}\t${byZone[zone].sort().join("|")}`);
