package parse

import (
	"strings"
	"time"
	_ "time/tzdata" // for machines without zones

	"oped"
)

const hour = 3600

// countries are the zones of countries with a single one and no summer time, in seconds east of UTC.
var countries = map[string]int{
	"pakistan":             5 * hour,
	"india":                5*hour + hour/2,
	"bangladesh":           6 * hour,
	"sri lanka":            5*hour + hour/2,
	"nepal":                5*hour + 3*hour/4,
	"bhutan":               6 * hour,
	"maldives":             5 * hour,
	"afghanistan":          4*hour + hour/2,
	"iran":                 3*hour + hour/2,
	"united arab emirates": 4 * hour,
	"uae":                  4 * hour,
	"oman":                 4 * hour,
	"saudi arabia":         3 * hour,
	"qatar":                3 * hour,
	"kuwait":               3 * hour,
	"bahrain":              3 * hour,
	"iraq":                 3 * hour,
	"turkey":               3 * hour,
	"türkiye":              3 * hour,
	"uzbekistan":           5 * hour,
	"tajikistan":           5 * hour,
	"kazakhstan":           5 * hour,
	"china":                8 * hour,
	"hong kong":            8 * hour,
	"taiwan":               8 * hour,
	"singapore":            8 * hour,
	"malaysia":             8 * hour,
	"philippines":          8 * hour,
	"japan":                9 * hour,
	"south korea":          9 * hour,
	"thailand":             7 * hour,
	"vietnam":              7 * hour,
	"myanmar":              6*hour + hour/2,
	"kenya":                3 * hour,
	"south africa":         2 * hour,
	"nigeria":              1 * hour,
}

// FeedZone returns the zone of a feed: of its dates without one, and of its days. It is the configured one, else that
// of its country. It is UTC for a country with several zones or summer time, or an unknown one.
func FeedZone(f *oped.Feed) *time.Location {
	if f.Timezone != "" {
		if zone, err := time.LoadLocation(f.Timezone); err == nil {
			return zone
		}
	}
	return time.FixedZone("", countries[lower(f.Country)])
}

// zones are the zones named in dates (RFC 822 §5.1, and others used by newspapers), in seconds east of UTC.
var zones = map[string]int{
	"z":    0,
	"ut":   0,
	"utc":  0,
	"gmt":  0,
	"wet":  0,
	"west": hour,
	"cet":  hour,
	"met":  hour,
	"cest": 2 * hour,
	"mest": 2 * hour,
	"eet":  2 * hour,
	"eest": 3 * hour,
	"msk":  3 * hour,
	"мск":  3 * hour,
	"МСК":  3 * hour,
	"bst":  hour,
	"pkt":  5 * hour,
	"pkst": 6 * hour,
	"npt":  5*hour + 3*hour/4,
	"aft":  4*hour + hour/2,
	"irst": 3*hour + hour/2,
	"gst":  4 * hour,
	"ict":  7 * hour,
	"wib":  7 * hour,
	"hkt":  8 * hour,
	"sgt":  8 * hour,
	"myt":  8 * hour,
	"pht":  8 * hour,
	"jst":  9 * hour,
	"kst":  9 * hour,
	"aest": 10 * hour,
	"aedt": 11 * hour,
	"acst": 9*hour + hour/2,
	"awst": 8 * hour,
	"nzst": 12 * hour,
	"nzdt": 13 * hour,
	"sast": 2 * hour,
	"cat":  2 * hour,
	"eat":  3 * hour,
	"wat":  hour,
	"ast":  -4 * hour,
	"adt":  -3 * hour,
	"est":  -5 * hour,
	"edt":  -4 * hour,
	"et":   -5 * hour,
	"cst":  -6 * hour,
	"cdt":  -5 * hour,
	"ct":   -6 * hour,
	"mst":  -7 * hour,
	"mdt":  -6 * hour,
	"mt":   -7 * hour,
	"pst":  -8 * hour,
	"pdt":  -7 * hour,
	"pt":   -8 * hour,
	"akst": -9 * hour,
	"akdt": -8 * hour,
	"hst":  -10 * hour,
	"brt":  -3 * hour,
	"art":  -3 * hour, "nst": -3*hour - hour/2, "ndt": -2*hour - hour/2, "sgst": 8 * hour, "ist": 5*hour + hour/2,
}

// local are zone names with a different meaning in some countries.
var local = map[string]map[string]int{
	"ist": {"israel": 2 * hour, "ireland": hour},
	"bst": {"bangladesh": 6 * hour},
	"cst": {"china": 8 * hour, "taiwan": 8 * hour},
	"ast": {"saudi arabia": 3 * hour, "iraq": 3 * hour, "kuwait": 3 * hour, "bahrain": 3 * hour, "qatar": 3 * hour},
	"pst": {"pakistan": 5 * hour, "philippines": 8 * hour},
	"mst": {"malaysia": 8 * hour, "myanmar": 6*hour + hour/2},
}

// zone parses a zone: a name, an offset such as +0500, -05:30 or +5, or both as in GMT+5. It ignores a second
// one, as in "+0500 (PKT)".
func (d *date) zone(w string) bool {
	w = lower(strings.TrimSuffix(w, "."))
	had := d.zoned
	name, distance := w, ""
	if at := strings.IndexAny(w, "+-−"); at >= 0 {
		name, distance = w[:at], strings.Replace(w[at:], "−", "-", 1)
	}
	offset := 0
	if name != "" {
		known := false
		if offset, known = local[name][d.country]; !known {
			if offset, known = zones[name]; !known {
				return false
			}
		}
		if distance != "" && offset != 0 {
			return false
		}
	}
	if distance != "" {
		east, ok := distanceOf(distance)
		if !ok {
			return false
		}
		offset = east
		had = had && d.offset != 0 // "GMT +0500": GMT is not final
	}
	if !had {
		d.offset, d.zoned = offset, true
	}
	return true
}

// wordedZone parses a zone of the IANA, such as Asia/Karachi, or the English name of a zone. The IANA's are data
// of the standard library.
func (d *date) wordedZone(name string) bool {
	if d.zoned || name == "" {
		return false
	}
	written, ok := wordsOfDates().zones[lower(name)]
	switch {
	case ok && strings.IndexByte("+-", written[0]) >= 0:
		d.offset, d.zoned = 0, true
		d.offset, _ = distanceOf(written)
		return true
	case !ok:
		written = name
	}
	if !strings.Contains(written, "/") || strings.Contains(written, " ") {
		return d.zone(written)
	}
	d.place = d.places.at(written)
	d.zoned = d.place != nil
	return d.zoned
}

// places are the zones of the IANA looked up for a document; nil for unknown ones.
type places map[string]*time.Location

// maxPlaces is the largest number of look-ups for a document. Each may read a file.
const maxPlaces = 32

// at returns the zone of a name; nil for none.
func (p places) at(name string) *time.Location {
	place, known := p[name]
	if !known && len(p) < maxPlaces {
		place, _ = time.LoadLocation(name)
		p[name] = place
	}
	return place
}

// distanceOf parses +hh, +hmm, +hhmm and +hh:mm, and returns seconds.
func distanceOf(s string) (int, bool) {
	sign := 1
	if s[0] == '-' {
		sign = -1
	}
	digits := strings.Replace(strings.Trim(s[1:], "[]"), ":", "", 1)
	n, rest, count := number(digits, 5)
	if rest != "" || count == 0 || count > 4 {
		return 0, false
	}
	hours, minutes := n, 0
	if count > 2 {
		hours, minutes = n/100, n%100
	}
	if hours > 14 || minutes > 59 {
		return 0, false
	}
	return sign * (hours*hour + minutes*60), true
}
