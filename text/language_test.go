package text

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	english = "Relations between Pakistan and the United States have never been simple."
	french  = "Les relations entre le Pakistan et les États-Unis n'ont jamais été simples."
	urdu    = "پاکستان اور امریکہ کے تعلقات کی تاریخ بہت پرانی ہے اور اس میں کئی نشیب و فراز آئے ہیں"
	farsi   = "روابط پاکستان و آمریکا هرگز ساده نبوده است و چشم\u200cانداز آن روشن نیست"
	arabian = "لم تكن العلاقات بين باكستان والولايات المتحدة بسيطة أبدا، وهي اليوم أكثر تعقيدا في المنطقة"
	pashto  = "د پاکستان او امریکا اړیکې هیڅکله ساده نه وې او نن ورځ لا ډېرې پېچلې شوې دي"
	sindhi  = "پاڪستان ۽ آمريڪا جا لاڳاپا ڪڏهن به سادا نه رهيا آهن ۽ اڄ به ڏاڍا ڳنڀير آهن"
	hindi   = "पाकिस्तान और अमेरिका के संबंध कभी सरल नहीं रहे"
	bengali = "পাকিস্তান ও যুক্তরাষ্ট্রের সম্পর্ক কখনোই সহজ ছিল না"
)

func TestLanguage(t *testing.T) {
	for _, tt := range []struct{ name, declared, text, want string }{
		{"English", "en", english, "en"},
		{"English, region and case as declared", "en-GB", english, "en-GB"},
		{"English, as programs write it", "en_US.UTF-8", english, "en"},
		{"English, not declared", "", english, ""},
		{"English, declared Urdu", "ur", english, ""},
		{"romanised Urdu", "ur-Latn", "Pakistan aur America ke taalluqaat kabhi aasan nahin rahe.", "ur-Latn"},
		{"romanised Urdu, with a region", "ur-latn-PK", "Pakistan aur America ke taalluqaat", "ur-latn-PK"},
		{"French", "fr", french, "fr"},
		{"French, declared English", "en", french, "en"},
		{"German of a spelling", "de-1996", "Die Beziehungen waren nie einfach.", "de-1996"},
		{"Serbian in Latin letters", "sr", "Odnosi nikada nisu bili jednostavni.", "sr"},
		{"no language", "x", english, ""},
		{"no language", "-", english, ""},
		{"no language", "english language", english, "english"},

		{"Urdu", "ur", urdu, "ur"},
		{"Urdu, declared English", "en", urdu, "ur"},
		{"Urdu, declared English with a region", "en-US", urdu, "ur"},
		{"Urdu, not declared", "", urdu, "ur"},
		{"Urdu on Arabic keys", "en", strings.NewReplacer("ک", "ك", "ی", "ي", "ہ", "ه").Replace(urdu), "ur"},
		{"Urdu, declared as of Latin letters", "ur-Latn", urdu, "ur"},
		{"Urdu, declared Arabic script", "ur-Arab-PK", urdu, "ur-Arab-PK"},
		{"Urdu with English names", "en", urdu + " (White House, State Department)", "ur"},
		{"English with an Urdu name", "en", english + " پاکستان", "en"},
		{"Persian", "", farsi, "fa"},
		{"Persian on Arabic keys", "en", strings.NewReplacer("ک", "ك", "ی", "ي").Replace(farsi), "fa"},
		{"Dari", "prs", farsi, "prs"},
		{"Arabic", "en", arabian, "ar"},
		{"Pashto", "en", pashto, "ps"},
		{"Sindhi", "en", sindhi, "sd"},
		{"Punjabi in Arabic letters", "pa", urdu, "pa"},

		{"Hindi", "en", hindi, "hi"},
		{"Marathi", "mr", hindi, "mr"},
		{"Nepali", "ne-NP", hindi, "ne-NP"},
		{"Hindi, declared Urdu", "ur", hindi, "hi"},
		{"Bengali", "en", bengali, "bn"},
		{"Assamese", "as", bengali, "as"},
		{"Punjabi", "", "ਪਾਕਿਸਤਾਨ ਅਤੇ ਅਮਰੀਕਾ ਦੇ ਸਬੰਧ", "pa"},
		{"Gujarati", "", "પાકિસ્તાન અને અમેરિકાના સંબંધો", "gu"},
		{"Tamil", "", "பாகிஸ்தான் அமெரிக்க உறவுகள் எளிதல்ல", "ta"},
		{"Telugu", "", "పాకిస్తాన్ అమెరికా సంబంధాలు", "te"},
		{"Russian", "en", "Отношения никогда не были простыми", "ru"},
		{"Ukrainian", "uk", "Відносини ніколи не були простими", "uk"},
		{"Chinese", "en", "巴基斯坦和美国的关系从来都不简单", "zh"},
		{"Chinese, traditional", "zh-Hant-TW", "巴基斯坦和美國的關係從來都不簡單", "zh-Hant-TW"},
		{"Japanese", "en", "パキスタンと米国の関係は決して単純ではなかった", "ja"},
		{"Korean", "en", "파키스탄과 미국의 관계는 결코 단순하지 않았다", "ko"},
		{"Hebrew", "en", "היחסים מעולם לא היו פשוטים", "he"},
		{"Greek", "en", "Οι σχέσεις δεν ήταν ποτέ απλές", "el"},
		{"Thai", "en", "ความสัมพันธ์ไม่เคยง่าย", "th"},
		{"a script that is not in the list", "chr", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᎦᏬᏂᎯᏍᏗ", "chr"},

		{"few letters", "ur", "Dawn", "ur"},
		{"few letters", "en", "ڈان", "en"},
		{"no letters", "ur", "2026 — 5/3", "ur"},
		{"nothing", "", "", ""},
		{"no UTF-8", "en", strings.Repeat("\xff\xfe", 20), "en"},
	} {
		if got := Language(tt.declared, tt.text); got != tt.want {
			t.Errorf("%s: declared %q, %q is %q, want %q", tt.name, tt.declared, tt.text, got, tt.want)
		}
	}
}

func TestLanguageAllocates(t *testing.T) {
	long := strings.Repeat(urdu+english, 100)
	if n := testing.AllocsPerRun(10, func() { Language("en-US", long) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestLanguage_OfRealTexts checks that Urdu and English pieces are distinguished, with no declaration and with a
// wrong one.
func TestLanguage_OfRealTexts(t *testing.T) {
	root := os.Getenv("OPED_DATA")
	if root == "" {
		root = "../../shared/data"
	}
	f, err := os.Open(filepath.Join(root, "topics", "dev.jsonl"))
	if err != nil {
		t.Skip("SKIPPED: there is no topics/dev.jsonl; set OPED_DATA to the folder with the test data")
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	count := map[string]int{}
	for lines.Scan() {
		var piece struct{ ID, Lang, Title, Text string }
		if err := json.Unmarshal(lines.Bytes(), &piece); err != nil {
			t.Fatal(err)
		}
		count[piece.Lang]++
		undeclared := map[string]string{"en": "", "ur": "ur"}[piece.Lang]
		for _, s := range []string{piece.Title, piece.Text} {
			if s == "" {
				continue
			}
			if got := Language("", s); got != undeclared {
				t.Errorf("%s: nothing declared, and %q is %q", piece.ID, s[:min(len(s), 80)], got)
			}
			if got := Language("en", s); got != piece.Lang {
				t.Errorf("%s: declared English, and %q is %q", piece.ID, s[:min(len(s), 80)], got)
			}
		}
	}
	if count["ur"] == 0 || count["en"] == 0 {
		t.Errorf("read %v", count)
	}
}

// FuzzLanguage checks that the language is the declaration, cut to the form of a tag, or a tag of two or three
// letters, or nothing.
func FuzzLanguage(f *testing.F) {
	for _, s := range []string{english, urdu, farsi, arabian, pashto, sindhi, hindi, "日本語のテキスト", "\xff", ""} {
		for _, declared := range []string{"", "en", "ur-Latn", "zh-Hant-TW", "en_US", "a-b-c"} {
			f.Add(declared, s)
		}
	}
	f.Fuzz(func(t *testing.T, declared, s string) {
		got := Language(declared, s)
		if got == "" {
			return
		}
		for i, sub := range strings.Split(got, "-") {
			if sub == "" || len(sub) > 8 ||
				strings.Trim(sub, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" ||
				i == 0 && len(sub) < 2 {
				t.Errorf("declared %q, %q is %q", declared, s, got)
			}
		}
		if !strings.HasPrefix(declared, got) && len(got) != 2 {
			t.Errorf("declared %q, %q is %q, which is neither declared nor one of ours", declared, s, got)
		}
		if again := Language(got, s); again != got {
			t.Errorf("declared %q it is %q, and then %q", declared, got, again)
		}
	})
}

func BenchmarkLanguage(b *testing.B) {
	for name, s := range map[string]string{"english": strings.Repeat(english, 60), "urdu": strings.Repeat(urdu, 60)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Language("en", s)
			}
		})
	}
}
