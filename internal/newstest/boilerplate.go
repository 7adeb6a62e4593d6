package newstest

// papersOwn holds the texts that papers of one language put around their articles.
type papersOwn struct {
	before, after                           []string
	names, cities, papers, bylines, credits []string
}

var boilerplate = map[string]papersOwn{"en": english, "ur": urdu}

var english = papersOwn{
	before: []string{
		"THE MORNING LEDGER\n\nHome | Nation | World | Business | Sport | Opinion | Letters\n\nSearch\n\n" +
			"Log in  Register  E-paper",
		"Skip to main content\n\nThe Evening Courier – Independent since 1954\n\nToday's edition  " +
			"Magazines  Weather 24°C",
		"You are here: Home > Opinion > Columns\n\nText size A- A A+\n\nPrint this page  Send to a " +
			"friend  Share on Facebook  Share on Twitter",
		"Advertisement\n\nThe Harbour Times\n\nBreaking: stocks close higher as rupee steadies\n\n" +
			"Trending now  Budget  Elections  Cricket",
	},
	after: []string{
		"Previous article\n\nWhy the old canal should be cleaned before the monsoon\n\nNext article\n\nA " +
			"bus lane is not a favour to bus riders",
		"Comment policy\n\nComments are moderated and generally will be posted if they are on-topic and " +
			"not abusive. For more information please read our comments FAQ. The Ledger does not endorse the " +
			"opinions of those who write below the line.",
		"Sign up for our newsletter\n\nGet the best of the week's opinion straight to your inbox every " +
			"Saturday morning. Enter your email address. By signing up you agree to our terms of use and " +
			"privacy policy, and you can unsubscribe at any time.",
		"Related stories\n\nThe mayor's three promises, one year on\n\nWhat the audit of the harbour did " +
			"not say\n\nLetters: readers on the price of onions\n\nFive charts that explain the drought",
		"Most read\n\n1. Court adjourns hearing in land case until Monday\n\n2. Schools to open an hour " +
			"later in winter\n\n3. The recipe that my grandmother would not write down",
		"Support our journalism. Good reporting is expensive, and advertising no longer pays for it. If " +
			"you value what you read here, consider becoming a member for the price of a cup of coffee a " +
			"month. Every contribution, however small, helps us to stay open to all.",
		"Follow us on Facebook, Twitter and Instagram. Download our app for Android and iPhone. " +
			"Copyright 2026 The Morning Ledger. All rights reserved. Reproduction without written permission " +
			"is prohibited.",
		"Have your say\n\nWrite to letters@courier.example with your full name, address and telephone " +
			"number. Letters may be edited for length and clarity, and not all can be published.",
		"Leave a Reply\n\nYour email address will not be published. Required fields are marked. Save my " +
			"name, email and website in this browser for the next time I comment.",
		"Tags: opinion, society, government, policy\n\nShare  Tweet  WhatsApp  Email  Print",
	},
	names:  []string{"Nadia Harcourt", "R. K. Menon", "Thomas Okafor", "Dr Samina Alvi", "Ellen Vance"},
	cities: []string{"KARACHI", "London", "New Delhi", "WASHINGTON", "Dhaka"},
	papers: []string{"The Morning Ledger", "the Harbour Times", "The Evening Courier"},
	bylines: []string{
		"By NAME\n\nCITY, DAY March 2026\n\n", "NAME | CITY | Published March DAY, 2026 06:00am\n\n",
		"Opinion\n\nNAME\n\nUpdated DAY Mar 2026\n\n", "CITY: ", "By NAME, CITY, March DAY – ",
	},
	credits: []string{
		"\n\nThis article was first published in PAPER.",
		"\n\nThe writer is a former diplomat. Email: writer@ledger.example", "\n\nNAME is a columnist for PAPER.",
		"\n\n(Courtesy PAPER)",
		"\n\n— PAPER, DAY March 2026", "\n\nPublished in PAPER, March DAYth, 2026",
	},
}

var urdu = papersOwn{
	before: []string{
		"روزنامہ صبحِ نو\n\nصفحہ اول | پاکستان | دنیا | کھیل | کاروبار | کالم | اداریہ\n\nتلاش کریں\n\nای پیپر",
		"آپ یہاں ہیں: ہوم > کالم\n\nاس خبر کو شیئر کریں\n\nفیس بک  ٹوئٹر  واٹس ایپ  پرنٹ کریں",
		"اشتہار\n\nتازہ ترین خبریں  موسم  سونے کا بھاؤ  نماز کے اوقات\n\nروزنامہ ساحل",
	},
	after: []string{
		"پچھلی خبر\n\nپرانی نہر کی صفائی مون سون سے پہلے کیوں ضروری ہے\n\nاگلی خبر\n\nشہر کی بسیں اور مسافروں کا صبر",
		"اپنی رائے دیں\n\nآپ کا ای میل ایڈریس شائع نہیں کیا جائے گا۔ ضروری خانوں پر نشان لگا دیا گیا ہے۔ " +
			"ادارے کا قارئین کے تبصروں سے متفق ہونا ضروری نہیں ہے۔",
		"نیوز لیٹر\n\nہفتے بھر کے بہترین کالم اپنے ای میل میں حاصل کریں۔ اپنا ای میل ایڈریس درج کریں اور " +
			"سبسکرائب کا بٹن دبائیں۔ آپ کسی بھی وقت یہ سہولت ختم کر سکتے ہیں۔",
		"مزید خبریں\n\nعدالت نے زمین کے مقدمے کی سماعت پیر تک ملتوی کر دی\n\nسردیوں میں اسکول ایک گھنٹہ " +
			"دیر سے کھلیں گے\n\nپیاز کی قیمت پر قارئین کے خطوط",
		"ہماری صحافت کا ساتھ دیں۔ اچھی رپورٹنگ پر خرچ آتا ہے اور اشتہارات اب اس کا بوجھ نہیں اٹھاتے۔ اگر " +
			"آپ کو ہمارا کام پسند ہے تو ماہانہ رکن بنیں اور آزاد صحافت کو زندہ رکھنے میں ہماری مدد کریں۔",
		"ہمیں فیس بک، ٹوئٹر اور یوٹیوب پر فالو کریں۔ ہماری موبائل ایپ ڈاؤن لوڈ کریں۔ جملہ حقوق بحق ادارہ " +
			"محفوظ ہیں۔ تحریری اجازت کے بغیر نقل کرنا منع ہے۔",
	},
	names:   []string{"سلمیٰ ہارون", "ڈاکٹر کامران بیگ", "نعیم اختر شاہ"},
	cities:  []string{"کراچی", "اسلام آباد", "لاہور"},
	papers:  []string{"روزنامہ صبحِ نو", "روزنامہ ساحل"},
	bylines: []string{"NAME\n\nCITY، DAY مارچ 2026\n\n", "کالم نگار: NAME\n\n", "CITY (PAPER) "},
	credits: []string{
		"\n\nبشکریہ PAPER",
		"\n\nمصنف سے رابطے کے لیے: writer@subh.example",
		"\n\n(NAME، PAPER، DAY مارچ 2026)",
	},
}
