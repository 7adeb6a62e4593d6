package parse_test

import (
	"testing"
	"time"

	"oped"
	"oped/parse"
)

// TestTime (P8) checks dates in their usual forms, and other strings.
func TestTime(t *testing.T) {
	for _, tc := range []struct{ s, country, want string }{
		{"Thu, 01 Jan 2004 19:48:21 GMT", "", "2004-01-01T19:48:21Z"},
		{"Thu, 1 Jan 04 19:48 +0500", "", "2004-01-01T14:48:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 PKT", "", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 (PKT)", "", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 +0500 (PKT)", "", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 GMT+5", "", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 GMT+0530", "", "2026-01-05T04:30:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 UTC", "Pakistan", "2026-01-05T10:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00", "Pakistan", "2026-01-05T05:00:00Z"},
		{"2026-01-05 10:00:00", "Pakistan", "2026-01-05T05:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00", "", "2026-01-05T10:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 IST", "India", "2026-01-05T04:30:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 IST", "Israel", "2026-01-05T08:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 BST", "Bangladesh", "2026-01-05T04:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 EST", "United States", "2026-01-05T15:00:00Z"},
		{"5 Sept 2026 10:00 z", "", "2026-09-05T10:00:00Z"},
		{"January 5, 2026 3:07 PM", "", "2026-01-05T15:07:00Z"},
		{"Jan 5th, 2026 at 12:07 a.m.", "", "2026-01-05T00:07:00Z"},
		{"Thu Jan  1 19:48:21 2004", "", "2004-01-01T19:48:21Z"},
		{"Thu Jan  1 19:48:21 PST 2004", "", "2004-01-02T03:48:21Z"},
		{"2026-01-05T10:00:00Z", "", "2026-01-05T10:00:00Z"},
		{"2026-01-05t10:00:00z", "", "2026-01-05T10:00:00Z"},
		{"2026-01-05T10:00:00.123+05:00", "", "2026-01-05T05:00:00.123Z"},
		{"2026-01-05T10:00+0500", "", "2026-01-05T05:00:00Z"},
		{"2026-01-05 10:00:00 +0500", "", "2026-01-05T05:00:00Z"},
		{"2026-01-05 10:00:00 UTC", "", "2026-01-05T10:00:00Z"},
		{"20260105T100000Z", "", "2026-01-05T10:00:00Z"},
		{"2026-01", "", "2026-01-01T00:00:00Z"},
		{"2026-01-05T24:00:00Z", "", "2026-01-06T00:00:00Z"},
		{"31-Jan-2026 08:00:00", "", "2026-01-31T08:00:00Z"},
		{"03/04/2026", "Pakistan", "2026-04-02T19:00:00Z"},
		{"03/04/2026", "US", "2026-03-04T00:00:00Z"},
		{"Mon, 05 Jan 2026 10:00:00 Venus", "Pakistan", "2026-01-05T05:00:00Z"},
		{"۵ جنوری ۲۰۲۶", "Pakistan", "2026-01-04T19:00:00Z"},
		{"٢٠٢٦-٠١-٠٥T١٠:٠٠:٠٠Z", "", "2026-01-05T10:00:00Z"},
		{"Seg, 24 Set 2018 19:35:07 -0300", "", "2018-09-24T22:35:07Z"},
		{"mer, 16 nov 2022 00:38:15 +0100", "", "2022-11-15T23:38:15Z"},
		{"03 Apr 02 1500 GMT", "", "2002-04-03T15:00:00Z"},
		{"2003-12-31T10:14:55-08:00", "", "2003-12-31T18:14:55Z"},
	} {
		got, ok := parse.Time(tc.s, tc.country, parse.FeedZone(&oped.Feed{Country: tc.country}))
		if !ok || got.Format(time.RFC3339Nano) != tc.want {
			t.Errorf("P8 %q in %q: got %v %v, want %s", tc.s, tc.country, got.Format(time.RFC3339Nano), ok, tc.want)
		}
	}
	for _, bad := range []string{"", "now", "yesterday", "Mon", "31 Feb 2026", "2026-02-30", "2026-13-01",
		"2026-01-05T25:00:00Z", "2026-01-05T10:60:00Z", "32/13/2026",
		"0000-00-00 00:00:00", "12345", "5 10", "05 Jan",
		"2026-01-05T10:00:00+99:00", "aaaa-01-01"} {
		if got, ok := parse.Time(bad, "Pakistan", nil); ok || !got.IsZero() {
			t.Errorf("P8 %q: got %v, want none", bad, got)
		}
	}
}

// TestTime_Unset checks that a system's zero time is no date, in any zone, and that a day near it is one.
func TestTime_Unset(t *testing.T) {
	for _, s := range []string{
		"Thu, 01 Jan 1970 00:00:00 +0000", "Thu, 01 Jan 1970 05:00:00 +0500", "Wed, 31 Dec 1969 19:00:00 -0500",
		"1970-01-01", "1970-01-01T00:00:00Z", "1970-01-01T05:30:00Z",
		"Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00", "0001-01-01T00:00:00-05:00",
	} {
		for _, country := range []string{"", "Pakistan"} {
			if at, ok := parse.Time(s, country, parse.FeedZone(&oped.Feed{Country: country})); ok || !at.IsZero() {
				t.Errorf("%s: %v", s, at)
			}
		}
	}
	for _, s := range []string{
		"Fri, 02 Jan 1970 00:00:00 +0000", "Thu, 01 Jan 1970 04:07:00 +0000", "Tue, 30 Dec 1969 00:00:00 GMT",
		"Sun, 14 May 1961 00:00:00 GMT",
	} {
		if _, ok := parse.Time(s, "", nil); !ok {
			t.Errorf("%s is not a date", s)
		}
	}
}

// TestTime_Names checks dates with names in other languages, zones by name, and Unix time.
func TestTime_Names(t *testing.T) {
	for s, want := range map[string]string{
		"lun, 03 nov 2025 10:00:00 +0100":            "2025-11-03T09:00:00Z",
		"mar, 04 nov 2025 10:00:00 +0100":            "2025-11-04T09:00:00Z",
		"Mar, 01 Ott 2024 10:00:00 +0200":            "2024-10-01T08:00:00Z",
		"mar., 02 déc. 2025 09:00":                   "2025-12-02T09:00:00Z",
		"mardi 4 mars 2025":                          "2025-03-04T00:00:00Z",
		"mar 4 mar 2025 10:00":                       "2025-03-04T10:00:00Z",
		"Mar 4, 2025":                                "2025-03-04T00:00:00Z",
		"4 Mar 2025 10:00":                           "2025-03-04T10:00:00Z",
		"martes, 4 de noviembre de 2025 a las 18:30": "2025-11-04T18:30:00Z",
		"mié, 05 nov 2025 18:00:00 +0100":            "2025-11-05T17:00:00Z",
		"miercoles 5 de noviembre de 2025":           "2025-11-05T00:00:00Z",
		"5 de março de 2025 às 10h30":                "2025-03-05T10:30:00Z",
		"terça-feira, 4 de novembro de 2025":         "2025-11-04T00:00:00Z",
		"Mi, 5. März 2025, 10.30 Uhr":                "2025-03-05T10:30:00Z",
		"Donnerstag, 5. November 2026 um 10 Uhr":     "2026-11-05T10:00:00Z",
		"Jeudi 1er février 2024 à 9h05":              "2024-02-01T09:05:00Z",
		"jeu., 05 fev 2026 10:00:00 +0100":           "2026-02-05T09:00:00Z",
		"giovedì 5 febbraio 2026":                    "2026-02-05T00:00:00Z",
		"Вс, 12 фев 2017 00:00:00 +0700":             "2017-02-11T17:00:00Z",
		"5 ноября 2026 г., 10:00":                    "2026-11-05T10:00:00Z",
		"среда, 4 мая 2022 12:00 MSK":                "2022-05-04T09:00:00Z",
		"czw., 5 lis 2026 10:00":                     "2026-11-05T10:00:00Z",
		"5 listopada 2026":                           "2026-11-05T00:00:00Z",
		"pt, 06 lis 2026 10:00:00 +0100":             "2026-11-06T09:00:00Z",
		"5 नवंबर 2026 10:00":                         "2026-11-05T10:00:00Z",
		"गुरुवार, ५ नवम्बर २०२६":                     "2026-11-05T00:00:00Z",
		"বৃহস্পতিবার, ৫ নভেম্বর ২০২৬ ১০:০০":                                   "2026-11-05T10:00:00Z",
		"الخميس, 05 نوفمبر 2026 10:00:00 +0300":                               "2026-11-05T07:00:00Z",
		"٥ تشرين الثاني ٢٠٢٦":                                                 "2026-11-05T00:00:00Z",
		"الخميس 5 نونبر 2026 - 10:00":                                         "2026-11-05T10:00:00Z",
		"5 نوفمبر 2026 6:00 م":                                                "2026-11-05T18:00:00Z",
		"جمعرات، ۵ نومبر ۲۰۲۶":                                                "2026-11-05T00:00:00Z",
		"Per, 5 Kas 2026 10:00":                                               "2026-11-05T10:00:00Z",
		"do 5 mei 2022 10:00":                                                 "2022-05-05T10:00:00Z",
		"Sat May 16 2020 09:00:57 GMT+0000 (Coordinated Universal Time)":      "2020-05-16T09:00:57Z",
		"Tue Nov 23 2021 13:44:16 GMT+0100 (heure normale d’Europe centrale)": "2021-11-23T12:44:16Z",
		"Sat, 18 Mar 2023 20:21:00 America/Los_Angeles":                       "2023-03-19T03:21:00Z",
		"Thu, 18 Jan 2024 20:21:00 America/Los_Angeles":                       "2024-01-19T04:21:00Z",
		"2026-11-05 10:00:00 Asia/Karachi":                                    "2026-11-05T05:00:00Z",
		"2026-11-05T10:00:00 Europe/London":                                   "2026-11-05T10:00:00Z",
		"Thu, 05 Nov 2026 10:00:00 Pacific Standard Time":                     "2026-11-05T18:00:00Z",
		"Nov 5, 2026 10:00 AM Eastern Time":                                   "2026-11-05T15:00:00Z",
		"July 5, 2026 10:00 AM Eastern Time":                                  "2026-07-05T14:00:00Z",
		"Thu, 05 Nov 2026 10:00:00 India Standard Time":                       "2026-11-05T04:30:00Z",
		"Thu, 05 Nov 2026 10:00:00 Central European Summer Time":              "2026-11-05T08:00:00Z",
		"Thu, 05 Nov 2026 10:00:00 West Africa Time":                          "2026-11-05T09:00:00Z",
		"Thu, 05 Nov 2026 10:00:00 (Pakistan Standard Time)":                  "2026-11-05T05:00:00Z",
		"Thu, 05 Nov 2026 10:00:00 Mars/Olympus":                              "2026-11-05T10:00:00Z",
		"Thu, 05 Nov 2026 10:00:00 XYZ":                                       "2026-11-05T10:00:00Z",
		"2026-11-05T10:00:00 Some Lost Time":                                  "2026-11-05T10:00:00Z",
		"1473811200":                                                          "2016-09-14T00:00:00Z",
		"1473811200.5":                                                        "2016-09-14T00:00:00.5Z",
		"1473811200123":                                                       "2016-09-14T00:00:00.123Z",
		"999999999":                                                           "2001-09-09T01:46:39Z",
		"202611051000":                                                        "2026-11-05T10:00:00Z",
		"20261105100005":                                                      "2026-11-05T10:00:05Z",
		"Dec. 9, 2019, 6 p.m.":                                                "2019-12-09T18:00:00Z",
		"6 a.m., Dec. 9, 2019":                                                "2019-12-09T06:00:00Z",
		"Dec. 9, 2019, noon":                                                  "2019-12-09T12:00:00Z",
		"Dec. 9, 2019, 12 noon":                                               "2019-12-09T12:00:00Z",
		"Dec. 9, 2019, midnight":                                              "2019-12-09T00:00:00Z",
		"December 9, 2019 6pm EST":                                            "2019-12-09T23:00:00Z",
		"9 December 2019 6:15PM":                                              "2019-12-09T18:15:00Z",
		"9 de diciembre de 2019, 6 p. m.":                                     "2019-12-09T18:00:00Z",
		"2026":                                                                "2026-01-01T00:00:00Z",
		"2026-11-05T10:00:00Z[UTC]":                                           "2026-11-05T10:00:00Z",
		"2026-11-05T10:00:00+01:00[Europe/Paris]":                             "2026-11-05T09:00:00Z",
		"5 nov. 2026 à 18 h 30":                                               "2026-11-05T18:30:00Z",
		"5. Nov. 2026, 10 Uhr 30":                                             "2026-11-05T10:30:00Z",
		"noon, Nov 5, 2026":                                                   "2026-11-05T12:00:00Z",
		"12:00 midnight, Nov 5, 2026":                                         "2026-11-05T00:00:00Z",
		"05 Nov 2026 10:00 British Summer Time":                               "2026-11-05T09:00:00Z",
		"Thu, 05 Nov 2026 10:00:00 US/Eastern":                                "2026-11-05T15:00:00Z",
		"Thu 2026-11-05 10:00":                                                "2026-11-05T10:00:00Z",
		"05.11.2026 10:00":                                                    "2026-11-05T10:00:00Z",
		"05.11.2026, 10.30 Uhr":                                               "2026-11-05T10:30:00Z",
		"Fri, 11/27/2026 - 10:00":                                             "2026-11-27T10:00:00Z",
		"Thu, 11/05/2026 - 10:00":                                             "2026-11-05T10:00:00Z",
		"Thu, 05/11/2026 - 10:00":                                             "2026-11-05T10:00:00Z",
		"3/12/2020 12:00:00 PM":                                               "2020-03-12T12:00:00Z",
		"27/11/2026 10:00 AM":                                                 "2026-11-27T10:00:00Z",
		"jeu. 05/11/2026 10:00":                                               "2026-11-05T10:00:00Z",
		"11-05-2026 10:00 PM":                                                 "2026-11-05T22:00:00Z",
		"07/07/2026":                                                          "2026-07-07T00:00:00Z",
	} {
		if got, ok := parse.Time(s, "", nil); !ok || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q: got %v %v, want %s", s, got.Format(time.RFC3339Nano), ok, want)
		}
	}
	for _, bad := range []string{
		"03/04/2026", "03-04-2026 10:00", "5 Kırım 2026 Mar", "Mar 2026", "12345678901", "mar", "6 p.m.",
	} {
		if got, ok := parse.Time(bad, "", nil); ok {
			t.Errorf("%q: got %v, want none", bad, got)
		}
	}
}

// TestTime_Periods checks clocks of twelve hours with a period of the day, and with an unknown word beside them.
func TestTime_Periods(t *testing.T) {
	for s, want := range map[string]string{
		"27 नवंबर 2026 अपराह्न 6:30":             "27 18:30",
		"27 नवंबर 2026, 06:30 अपराह्न":           "27 18:30",
		"27 नवंबर 2026 पूर्वाह्न 12:10":          "27 00:10",
		"27 नवंबर 2026, शाम 6:30 बजे":            "27 18:30",
		"27 नवंबर 2026 दोपहर 2 बजे":              "27 14:00",
		"27 नवंबर 2026 दोपहर 12 बजे":             "27 12:00",
		"27 नवंबर 2026 रात 10 बजे":               "27 22:00",
		"27 नवंबर 2026 रात 2:15 बजे":             "27 02:15",
		"27 नवंबर 2026 रात 12:05":                "27 00:05",
		"27 नवंबर 2026 सुबह 9:00":                "27 09:00",
		"27 नवंबर 2026 रात 22:10":                "27 22:10",
		"27 নভেম্বর 2026, অপরাহ্ন 3:20":          "27 15:20",
		"২৭ নভেম্বর ২০২৬, বিকাল ৪:৩০":            "27 16:30",
		"২৭ নভেম্বর ২০২৬, রাত ১০টা":              "27 22:00",
		"২৭ নভেম্বর ২০২৬, বিকেল ৫টায়":           "27 17:00",
		"২৮ জানুয়ারী ২০২৬":                      "28 00:00",
		"27 نومبر 2026 شام 6:30 بجے":             "27 18:30",
		"27 نومبر 2026 رات 10 بجے":               "27 22:00",
		"27 نومبر 2026، 10 بجے رات":              "27 22:00",
		"27 نومبر 2026 2 بجے دن":                 "27 14:00",
		"27 نومبر 2026 11 بجے دن":                "27 11:00",
		"27 نومبر 2026 سہ پہر 4 بجے":             "27 16:00",
		"27 نومبر 2026ء":                         "27 00:00",
		"۲۷ نومبر ۲۰۲۶ء، شام ۸ بجے":              "27 20:00",
		"27 نومبر 2026 رات 10 بج کر 30 منٹ":      "27 22:30",
		"27 نوفمبر 2026 م 10:00":                 "27 10:00",
		"27 نوفمبر 2026 - 8:00 مساءً":            "27 20:00",
		"27 نوفمبر 2026، 9:00 ليلاً":             "27 21:00",
		"27 Nov 2026 12 midday":                  "27 12:00",
		"27 Nov 2026 at 9:30 in the evening":     "27 21:30",
		"27 Nov 2026 at 9:30 in the morning":     "27 09:30",
		"27 nov. 2026 à midi":                    "27 12:00",
		"27 nov. 2026 à 3h30 de l’après-midi":    "27 15:30",
		"27. Nov. 2026 mittags":                  "27 12:00",
		"27. Nov. 2026, 12:30 Uhr mittags":       "27 12:30",
		"27. Nov. 2026, 11 Uhr nachts":           "27 23:00",
		"am 27. November 2026 um 10 Uhr":         "27 10:00",
		"am 27. November 2026 um 12:30":          "27 12:30",
		"27 de noviembre de 2026, 7 de la tarde": "27 19:00",
		"27 novembre 2026, 8:30 di sera":         "27 20:30",
		"27 ноября 2026 г. в 3 часа дня":         "27 15:00",
		"27 ноября 2026 г., 11:00 вечера":        "27 23:00",
		"27 novembre 2026 à minuit":              "27 00:00",
		"28. 11. 2026 14:05":                     "28 14:05",
		"28. 1. 2026":                            "28 00:00",
		"27 नवंबर 2026 अबूझ 6:30":                "27 00:00",
		"27 नवंबर 2026, 6:30 अबूझ":               "27 00:00",
		"6:30 अबूझ, 27 नवंबर 2026":               "27 00:00",
		"27 नवंबर 2026 6:30 पीएम":                "27 18:30",
		"২৭ নভেম্বর ২০২৬, ১০:৩০ পিএম":            "27 22:30",
		"2026-11-27 下午 6:30":                     "27 18:30",
		"27 نومبر 2026 بوقت 10:30":               "27 10:30",
		"27 ноября 2026 06:30 МСК":               "27 03:30",
		"27 नवंबर 2026 अबूझ 06:30 +0000":         "27 06:30",
		"27 नवंबर 2026, 18:30 अबूझ":              "27 18:30",
		"अबूझ 27 नवंबर 2026, 6:30":               "27 06:30",
		"Fri, 27 Nov 2026 06:30:00 Venus":        "27 06:30",
	} {
		if got, ok := parse.Time(s, "", nil); !ok || got.Format("02 15:04") != want {
			t.Errorf("%q: got %v %v, want %s", s, got, ok, want)
		}
	}
}

// TestTime_InTheZoneOfItsFeed: the clock of a date without a zone is in the zone of its feed: the configured one, else
// that of its country, else UTC. A date with a zone keeps it, UTC too.
func TestTime_InTheZoneOfItsFeed(t *testing.T) {
	karachi, newYork := oped.Feed{Timezone: "Asia/Karachi"}, oped.Feed{Country: "US", Timezone: "America/New_York"}
	for _, tt := range []struct {
		written string
		feed    oped.Feed
		want    string
	}{
		{"2026-05-11 23:30", karachi, "2026-05-11T18:30:00Z"},
		{"2026-05-11T23:30:00", karachi, "2026-05-11T18:30:00Z"},
		{"Mon, 11 May 2026 23:30:00", karachi, "2026-05-11T18:30:00Z"},
		{"11 May 2026 11:30 PM", karachi, "2026-05-11T18:30:00Z"},
		{"11/05/2026 23:30", oped.Feed{Country: "Pakistan", Timezone: "Asia/Karachi"}, "2026-05-11T18:30:00Z"},
		{"2026-05-11", karachi, "2026-05-10T19:00:00Z"},
		{"20260511T233000", karachi, "2026-05-11T18:30:00Z"},
		{"Mon, 11 May 2026 23:30:00", newYork, "2026-05-12T03:30:00Z"},
		{"Mon, 11 Jan 2027 23:30:00", newYork, "2027-01-12T04:30:00Z"},
		{"2026-05-11 23:30", oped.Feed{Country: "Pakistan", Timezone: "Europe/London"}, "2026-05-11T22:30:00Z"},
		{"2026-05-11 23:30", oped.Feed{Country: "Pakistan"}, "2026-05-11T18:30:00Z"},
		{"2026-05-11 23:30", oped.Feed{Country: "US"}, "2026-05-11T23:30:00Z"},
		{"2026-05-11 23:30", oped.Feed{}, "2026-05-11T23:30:00Z"},
		{"2026-05-11 23:30", oped.Feed{Country: "Pakistan", Timezone: "Asia/Lahore"}, "2026-05-11T18:30:00Z"},
		{"Mon, 11 May 2026 23:30:00 +0000", karachi, "2026-05-11T23:30:00Z"},
		{"Mon, 11 May 2026 23:30:00 GMT", karachi, "2026-05-11T23:30:00Z"},
		{"2026-05-11T23:30:00Z", karachi, "2026-05-11T23:30:00Z"},
		{"Mon, 11 May 2026 23:30:00 -0400", karachi, "2026-05-12T03:30:00Z"},
		{"2026-05-11 23:30 America/New_York", karachi, "2026-05-12T03:30:00Z"},
		{"1473811200", karachi, "2016-09-14T00:00:00Z"},
	} {
		got, ok := parse.Time(tt.written, tt.feed.Country, parse.FeedZone(&tt.feed))
		if !ok || got.Format(time.RFC3339) != tt.want {
			t.Errorf("%s in %s, %s: %v, want %s", tt.written, tt.feed.Country, tt.feed.Timezone, got, tt.want)
		}
	}
}

// TestDocument_InTheZoneOfItsFeed reads the dates of all formats in the zone of the feed, and notes the zone.
func TestDocument_InTheZoneOfItsFeed(t *testing.T) {
	for format, doc := range map[string]string{
		"rss": `<rss version="2.0"><channel><title>T</title><item><title>A</title><guid>1</guid>` +
			`<pubDate>2026-05-11 23:30</pubDate></item></channel></rss>`,
		"atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>urn:1</id><title>A</title>` +
			`<updated>2026-05-11T23:30:00</updated><published>2026-05-11T23:30:00</published></entry></feed>`,
		"json": `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"A",` +
			`"content_text":"x","date_published":"2026-05-11T23:30:00"}]}`,
	} {
		for zone, want := range map[string]string{"Asia/Karachi": "2026-05-11T18:30:00Z", "": "2026-05-11T23:30:00Z"} {
			got, err := parse.Document(t.Context(), parse.Input{
				Body: []byte(doc),
				Feed: oped.Feed{URL: "https://paper.example/feed", Timezone: zone},
			})
			if err != nil || len(got.Entries) != 1 {
				t.Fatalf("%s: %v, %d entries", format, err, len(got.Entries))
			}
			if e := got.Entries[0]; e.Published.Format(time.RFC3339) != want || e.Zone != 0 {
				t.Errorf("%s in %q: %v, zone %d; want %s", format, zone, e.Published, e.Zone, want)
			}
			if read := got.Document.Parser; (read == parse.Version) != (zone == "") {
				t.Errorf("%s in %q was read by %q", format, zone, read)
			}
		}
	}
}
