package text

import "testing"

// BenchmarkScan finds words and zones in the real English op-eds of 2 to 8 KB.
func BenchmarkScan(b *testing.B) {
	var texts []string
	size := 0
	for _, s := range realTexts(b) {
		if 2_000 <= len(s) && len(s) <= 8_000 {
			texts = append(texts, s)
			size += len(s)
		}
	}
	var ts Tokens
	for _, zones := range []bool{false, true} {
		name := "words"
		if zones {
			name = "zones"
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size / len(texts)))
			for i := 0; b.Loop(); i++ {
				ts.Scan(texts[i%len(texts)])
				if zones {
					ts.MarkZones()
				}
			}
		})
	}
}
