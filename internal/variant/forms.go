package variant

var (
	firstNames = []string{"Anna", "Bilal", "Clara", "Daud", "Edith", "Farah", "George", "Hina", "Ivan", "Judith", "Karim", "Lena", "Moses", "Naila", "Omar", "Paula", "Qasim", "Rosa", "Samuel", "Tara", "Usman", "Vera", "William", "Xenia", "Yusuf"}
	lastNames  = []string{"Abbott", "Baloch", "Carver", "Dunn", "Eliot", "Farrow", "Greer", "Hasan", "Ingram", "Jafri", "Kerr", "Lowell", "Mirza", "Norris", "Osei", "Pratt", "Quinn", "Rao", "Sutton", "Thorne"}
	trades     = []string{"nurse", "teacher", "carpenter", "bus driver", "pharmacist", "farmer", "retired clerk"}
	skies      = []string{"clear", "partly cloudy", "hazy", "overcast", "windy"}
)

// closing are the last lines of a columnist, and the note on him: the first is always there.
var closing = map[string][]string{
	"en": {
		"As I always say in this space, the republic is a conversation, and it is our turn to speak. Until next week, keep your windows open.\n\nThe author is a professor of public policy at the Institute of Civic Studies and a senior fellow at the Harbour Centre.",
		"Her books include The Long Queue and A Map of Small Towns, which won the Meridian Prize for non-fiction.",
		"She has advised three governments on municipal finance and served on the commission for the reform of local councils.",
		"Before that she was a correspondent in Nairobi, Geneva and Jakarta for eleven years, and edited the quarterly Civic Notes.",
		"She can be reached at column@institute.example, and her earlier columns are collected on the institute's website.",
		"The views expressed here are her own and do not reflect those of the institute, its trustees or its donors.",
	},
	"ur": {
		"ہمیشہ کی طرح یہی عرض ہے کہ جمہوریت ایک مکالمہ ہے اور اب بولنے کی باری ہماری ہے۔ اگلے ہفتے تک اجازت دیجیے۔\n\nکالم نگار جامعہ میں عوامی پالیسی کے پروفیسر ہیں اور شہری علوم کے مرکز سے وابستہ ہیں۔",
		"ان کی کتابوں میں لمبی قطار اور چھوٹے شہروں کا نقشہ شامل ہیں جن پر انہیں قومی انعام مل چکا ہے۔",
		"وہ تین حکومتوں کے مشیر رہ چکے ہیں اور بلدیاتی اصلاحات کے کمیشن کے رکن بھی رہے ہیں۔",
		"اس سے پہلے وہ گیارہ برس تک جنیوا اور نیروبی میں نامہ نگار رہے اور ایک سہ ماہی رسالے کی ادارت کی۔",
		"ان سے رابطہ column@jamia.example پر کیا جا سکتا ہے اور ان کے پرانے کالم مرکز کی ویب سائٹ پر موجود ہیں۔",
	},
}

// letters of campaigns, for readers to sign.
var letters = []string{
	"Dear Editor, my name is NAME and I have lived in PLACE for YEARS years. I am a TRADE, and I write because our library on STREET Street is to be closed. More than COUNT people of PLACE use it every month. My CHILD learned to read there. A town that closes its library tells its children that they do not count. I ask the council of PLACE to keep the library open, and I ask every reader to call the mayor this week.\n\nNAME, PLACE",
	"To the editor: As a TRADE in PLACE I see every day what the cuts to SCHOOL School mean. In the last year COUNT families of our town have lost the bus that took their children to school. CHILD, who lives on STREET Road, now walks for YEARS minutes along a road without a pavement. This is not who we are. I urge our representatives to vote for the school transport bill, and I urge voters in PLACE to remember who did not.\n\nNAME\nPLACE",
	"Sir, I am NAME, a TRADE of PLACE. For YEARS years the residents of STREET Lane have asked for clean water, and for YEARS years they have been given promises. COUNT households buy water from tankers at a price that no honest wage can bear. The plant near SCHOOL was inaugurated twice and never ran. Through your esteemed newspaper I request the authorities to look into the matter and to provide relief to the people of PLACE.\n\nNAME, PLACE",
}

// daily is what a paper prints every day.
type daily struct {
	titles []string
	body   string
}

var templates = []daily{
	{[]string{"Dollar rate today", "Rupee closes at {rate} against dollar", "Dollar rate on March {day}"},
		"KARACHI: The rupee {updown} by {paisa} paisa against the dollar in the interbank market on {weekday} and closed at {rate}, according to the central bank. In the open market the dollar was quoted at {rate} for buying and {rate} for selling. The euro stood at {rate}, the pound at {rate} and the dirham at {paisa}. Dealers said that demand from importers remained steady and that remittances before the holidays would support the currency in the coming days. The currency had closed at {rate} on the previous day."},
	{[]string{"Gold price today", "Gold price in the country, March {day}", "Gold at Rs {gold} per tola"},
		"The price of 24 karat gold {updown} by Rs {paisa} per tola and stood at Rs {gold} on {weekday}, the association of jewellers said. The price of ten grams was Rs {gold}. Silver was sold at Rs {temp},{percent} per tola. In the international market an ounce was traded at ${temp},{percent}. Prices of gold follow the international rate with a premium of twenty dollars, as decided by the association, and may differ slightly from one city to another."},
	{[]string{"Weather", "Weather forecast for March {day}", "Today's weather"},
		"The weather office expects {sky} skies in most parts of the country over the next twenty-four hours. The maximum in {town} will be {temp} degrees and the minimum {temp} degrees Celsius, with a humidity of {percent} per cent. In {town} the mercury may touch {temp} degrees. Light rain is likely at isolated places in the north, while winds of {temp} kilometres an hour are expected along the coast. Sunrise will be at 6:{temp} and sunset at 6:{temp}. Fishermen are advised to follow the bulletins of the maritime centre."},
	{[]string{"Today in history", "Today in history: March {day}", "On this day"},
		"Today is March {day}. On this date in {year}, the first railway reached {town}. In {year}, the inventor {person} was born in {town}. In {year}, an earthquake struck near {town}, and {percent} people were killed. In {year}, {person} became the first woman to serve on the high court. In {year}, the treaty of {town} was signed by {person}. Ten years ago, voters in {town} rejected a new stadium. Today's birthdays: the actor {person} is {percent}. The singer {person} is {percent}."},
	{[]string{"Stocks close", "Index closes at {points}", "Market report, March {day}"},
		"The benchmark index {updown} {percent} points on {weekday} to close at {points}. Volumes stood at {percent} million shares against {percent} million in the last session. The value of shares traded was Rs {temp}.{paisa} billion. {temp} companies advanced, {percent} declined and {paisa} were unchanged. Cement and banks led the trading. Analysts said that investors remained on the sidelines before the meeting of the monetary policy committee and that the market would take its cue from the decision."},
	{[]string{"ڈالر کی قیمت", "انٹر بینک میں ڈالر {rate} روپے کا ہو گیا", "آج ڈالر کا ریٹ"},
		"کراچی: انٹر بینک مارکیٹ میں {din} کو ڈالر کی قیمت میں {paisa} پیسے کی {ud} ہوئی اور ڈالر {rate} روپے پر بند ہوا۔ اسٹیٹ بینک کے مطابق گزشتہ روز ڈالر {rate} روپے پر بند ہوا تھا۔ اوپن مارکیٹ میں ڈالر {rate} روپے میں خریدا اور {rate} روپے میں فروخت کیا گیا۔ یورو {rate} روپے اور پاؤنڈ {rate} روپے کا رہا جبکہ سعودی ریال {paisa} روپے میں فروخت ہوا۔ ڈیلرز کا کہنا ہے کہ درآمدی ادائیگیوں کے باعث طلب برقرار ہے۔"},
	{[]string{"سونے کی قیمت", "سونا فی تولہ {gold} روپے کا ہو گیا", "آج سونے کا بھاؤ"},
		"ملک بھر میں {din} کو سونے کی فی تولہ قیمت میں {paisa} سو روپے کی {ud} ہوئی اور نئی قیمت {gold} روپے ہو گئی۔ صرافہ ایسوسی ایشن کے مطابق دس گرام سونے کی قیمت {gold} روپے رہی۔ چاندی کی فی تولہ قیمت {percent} روپے ہے۔ عالمی مارکیٹ میں سونے کا بھاؤ {temp} سو {paisa} ڈالر فی اونس ریکارڈ کیا گیا۔ کراچی، لاہور، اسلام آباد اور پشاور میں سونے کے نرخ یکساں ہیں۔"},
	{[]string{"موسم کا حال", "آج کا موسم"},
		"محکمہ موسمیات کے مطابق آئندہ چوبیس گھنٹوں کے دوران ملک کے بیشتر علاقوں میں موسم {mausam} رہے گا۔ کراچی میں زیادہ سے زیادہ درجہ حرارت {temp} اور کم سے کم {temp} ڈگری سینٹی گریڈ رہنے کا امکان ہے جبکہ ہوا میں نمی کا تناسب {percent} فیصد ہے۔ لاہور میں درجہ حرارت {temp} ڈگری تک جا سکتا ہے۔ بالائی علاقوں میں چند مقامات پر بارش متوقع ہے۔ ساحلی علاقوں میں {temp} کلومیٹر فی گھنٹہ کی رفتار سے ہوائیں چلیں گی۔"},
}

// What notices are made of.
var (
	noticeForms = []string{
		"We and {who} store and access {what} on your device in order to {why}.",
		"With your permission {who} may use {what} to {why}.",
		"You may click to consent to the processing by us and by {vendor} as described above.",
		"{vendor} keeps {what} for up to {days} days and uses them to {why}.",
		"Alternatively you may refuse, or change your preferences at any time, before {who} begin to {why}.",
		"Some vendors, among them {vendor}, process {what} on the basis of legitimate interest.",
		"To {why}, {who} need {what}, which expire after {days} days.",
		"You have reached your limit of free stories; subscribers support our newsroom, and {who} help us to {why}.",
		"If you share our content on social media you may be tracked by the websites to which you shared it, and {who} will {why}.",
		"Please note that {what} may not require your consent, but that you have a right to object; {who} will be told.",
	}
	noticeWho  = []string{"our partners", "third-party vendors", "advertisers", "our technology providers", "social networks", "the members of the framework", "measurement companies", "our affiliates"}
	noticeWhat = []string{"cookies", "unique identifiers", "precise location data", "standard information sent by a device", "browsing records", "hashed email addresses", "technical logs", "information on your subscription"}
	noticeWhy  = []string{"personalise advertising and content", "measure the performance of advertisements", "develop and improve products", "understand the audience that sees an advertisement", "select basic ads", "ensure security and debug", "deliver content that you may like", "match and combine sources", "remember your settings", "count your visits"}
)

// stubs are what subscribers are told instead of the text.
var stubs = map[string][]string{
	"en": {
		"This article is for subscribers only. To continue reading, please log in to your account or choose one of our subscription plans. Subscribers enjoy unlimited access to the website and the app, the daily e-paper, our newsletters and the full archive since 1954. Already a subscriber? Log in here. Need help? Call our customer service on weekdays between nine and five, or write to us.",
		"You have read all of your free articles this month. Subscribe now to get unlimited digital access for the first three months at half the price, cancel at any time. Your subscription pays for independent journalism that holds the powerful to account. If your institution has a licence, please sign in through its network. Questions about billing are answered by our readers' desk at any hour.",
	},
	"ur": {
		"یہ مضمون صرف سبسکرائبرز کے لیے ہے۔ مکمل مضمون پڑھنے کے لیے براہِ کرم اپنے اکاؤنٹ میں لاگ ان کریں یا ہمارے سبسکرپشن پلان میں سے کسی ایک کا انتخاب کریں۔ سبسکرائبرز ویب سائٹ، موبائل ایپ، ای پیپر اور مکمل آرکائیو تک لامحدود رسائی حاصل کرتے ہیں۔ پہلے سے سبسکرائبر ہیں تو یہاں لاگ ان کریں۔ مدد کے لیے ہمارے دفتر سے رابطہ کریں۔",
	},
}
