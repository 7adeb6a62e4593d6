package parse

import "testing"

// TestNames checks that the table of names has no invalid line, and no word with two months.
func TestNames(t *testing.T) {
	words, invalid := readNames(nameTable)
	if len(invalid) > 0 || len(words.names) < 700 || len(words.zones) < 300 {
		t.Errorf("%d names, %d zones, invalid: %q", len(words.names), len(words.zones), invalid)
	}
	for name, zone := range words.zones {
		if d := (date{places: places{}}); !d.wordedZone(name) {
			t.Errorf("%s: %s is no zone", name, zone)
		}
	}
	if _, invalid := readNames("month\tx\ta\nyear\t1\tb\nmonth\t1\t\n"); len(invalid) != 3 {
		t.Errorf("invalid: %q", invalid)
	}
}
