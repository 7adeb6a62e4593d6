package topic

import (
	"cmp"
	"slices"
	"strings"
)

// featuresVersion is the version of the features. Weights belong to one version.
const featuresVersion = "2"

// feature is a measurable property of a piece with respect to the sides A and B of a fitted topic. Its value is
// between 0 and 1.
type feature struct {
	name string // in files of weights
	says string // for people; {a} and {b} are the sides
}

// featureID is the index of a feature in features.
type featureID int

var features []feature

func define(name, says string) featureID {
	features = append(features, feature{name, says})
	return featureID(len(features) - 1)
}

// defineEach defines a feature for each of some kinds; * in its texts is the kind.
func defineEach(kinds []string, name, says string) []featureID {
	ids := make([]featureID, len(kinds))
	for i, kind := range kinds {
		words := strings.ReplaceAll(kind, "_", " ")
		ids[i] = define(strings.Replace(name, "*", words, 1), strings.Replace(says, "*", words, 1))
	}
	return ids
}

// scaleOf is a series of features: a value reaches each of some bounds, or does not.
type scaleOf struct {
	bounds []float64
	ids    []featureID
}

func defineScale(name, says string, bounds ...float64) scaleOf {
	kinds := make([]string, len(bounds))
	for i, b := range bounds {
		kinds[i] = number(b)
	}
	return scaleOf{bounds, defineEach(kinds, name, says)}
}

// The groups that features look at, beside the sides.
var (
	// countries are the possible third countries of a topic.
	countries = []string{
		"pakistan", "us", "india", "china", "afghanistan", "iran", "saudi", "gulf", "middle_east", "turkey", "levant",
		"israel", "palestine", "russia", "ukraine", "uk", "eu", "europe", "bangladesh", "japan", "koreas", "taiwan",
		"sri_lanka", "nepal", "small_neighbours", "central_asia", "caucasus", "southeast_asia", "africa",
		"latin_america", "canada", "australia",
	}
	// regions are the kinds of third countries.
	regions = []string{
		"pakistan", "us", "india", "china", "afghanistan", "iran", "gulf", "israel", "russia", "europe", "asia",
		"far",
	}
	regionOf = map[string]string{
		"saudi": "gulf", "middle_east": "gulf", "turkey": "gulf", "levant": "israel", "palestine": "israel",
		"ukraine": "russia", "caucasus": "russia", "uk": "europe", "eu": "europe", "bangladesh": "asia",
		"japan": "asia", "koreas": "asia", "taiwan": "asia", "sri_lanka": "asia", "nepal": "asia", "small_neighbours": "asia",
		"central_asia": "asia", "southeast_asia": "asia", "africa": "far", "latin_america": "far", "canada": "far",
		"australia": "far",
	}
	// countryRegion has the region of each country, by its index in countries.
	countryRegion = func() []int {
		all := make([]int, len(countries))
		for i, name := range countries {
			all[i] = slices.Index(regions, cmp.Or(regionOf[name], name))
		}
		return all
	}()
	// between are groups of words between two sides.
	between = []string{"diplomacy", "relation_verbs", "iran_talks", "terrorism", "conflict", "military"}
	// genres are the matters of texts that name countries without being about them.
	genres = []string{
		"sport", "showbiz", "crime", "mishaps", "diaspora", "condolence", "books", "weather", "horoscope",
	}
	// matters are subjects, genres and blocs. The genres are the first of them.
	matters = slices.Concat(genres, between, []string{
		"economy", "world_economy", "water", "climate", "politics", "pak_politics_matters", "pak_army",
		"pak_money", "crowd", "culture", "persons",
		"letters", "religion", "digests",
		"un", "nato", "muslim_world", "sco", "brics", "quad", "indian_ocean", "saarc", "the_west",
	})
	// sections are words of categories and addresses, first those of genres.
	genreSections = []string{
		"sport_sections", "showbiz_sections", "crime_sections", "weather_sections", "diaspora_sections",
		"condolence_sections", "books_sections", "horoscope_sections",
	}
	sections = slices.Concat(genreSections, []string{
		"letters_sections", "business_sections", "climate_sections", "politics_sections", "world_sections",
		"opinion_sections",
	})
	// voicePrefix begins the names of lists of words of those who speak for a country: Mr. Speaker.
	voicePrefix = "voice_"

	featureGroups = slices.Concat(countries, matters, sections, voiceGroups())
)

func voiceGroups() []string {
	all := make([]string, len(countries))
	for i, name := range countries {
		all[i] = voicePrefix + name
	}
	return all
}
