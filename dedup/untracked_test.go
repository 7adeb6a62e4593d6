package dedup

import "testing"

// TestUntracked removes tracking parameters, and nothing else.
func TestUntracked(t *testing.T) {
	for address, want := range map[string]string{
		"http://gazette.example/1?utm_source=rss&utm_medium=feed&id=7": "http://gazette.example/1?id=7",
		"http://gazette.example/1?id=7&utm_source=rss#top":             "http://gazette.example/1?id=7#top",
		"http://gazette.example/1?utm_source=rss":                      "http://gazette.example/1",
		"http://gazette.example/1?utm_source=rss#c2":                   "http://gazette.example/1#c2",
		"http://gazette.example/1?b=2&a=1&UTM_Source=x&b=2":            "http://gazette.example/1?b=2&a=1&b=2",
		"http://gazette.example/1?a=1&amp;utm_source=x":                "http://gazette.example/1?a=1",
		"http://gazette.example/1?q=utm_source":                        "http://gazette.example/1?q=utm_source",
		"http://gazette.example/1?fbclid=x&gclid=y":                    "http://gazette.example/1",
		"http://gazette.example/1?":                                    "http://gazette.example/1?",
		"http://gazette.example/1#?utm_source=x":                       "http://gazette.example/1#?utm_source=x",
		"http://gazette.example/1#utm_source=z":                        "http://gazette.example/1",
		"http://gazette.example/1?id=7#xtor=RSS-1&p=2":                 "http://gazette.example/1?id=7#p=2",
		"http://gazette.example/1#a=1":                                 "http://gazette.example/1#a=1",
		"http://gazette.example/1#c2&utm_source=x":                     "http://gazette.example/1#c2&utm_source=x",
		"http://gazette.example/#/page?utm_source=x":                   "http://gazette.example/#/page?utm_source=x",
		"http://gazette.example/1#":                                    "http://gazette.example/1#",
		"http://gazette.example/1?spm=a2g0o.detail.0":                  "http://gazette.example/1",
		"http://gazette.example/1?ftag=CAD590a51e&emc=rss":             "http://gazette.example/1",
		"http://gazette.example/1?smid=tw-nytopinion":                  "http://gazette.example/1",
		"http://gazette.example/1?smid=7&emc=7&ftag=7&campaign_id=7":   "http://gazette.example/1?smid=7&emc=7&ftag=7&campaign_id=7",
		"http://metro.example/1?ito=1490":                              "http://metro.example/1?ito=1490",
		"https://www.metro.co.uk/1?ito=1490":                           "https://www.metro.co.uk/1",
		"http://gazette.example/utm_source=x":                          "http://gazette.example/utm_source=x",
		"http://gazette.example/1?q=a%20b&utm_id=1":                    "http://gazette.example/1?q=a%20b",
		"": "",
	} {
		if got := Untracked(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
