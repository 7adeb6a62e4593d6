package publish

import (
	"mime"
	"path"
	"strings"

	"oped"
	"oped/publish/feed"
)

// enclosures returns the publishable enclosures of an entry. One without a media type gets that of its name.
func enclosures(e *oped.Entry) (out []feed.Enclosure) {
	for _, f := range e.Enclosures {
		address := linkURL(f.URL)
		if address == "" || len(out) >= oped.MaxEnclosures {
			continue
		}
		media, _, err := mime.ParseMediaType(f.Type)
		if name, _, _ := strings.Cut(address, "?"); err != nil || !strings.Contains(media, "/") {
			media = mediaTypes[strings.ToLower(path.Ext(name))]
		}
		if media == "" {
			media = "application/octet-stream"
		}
		out = append(out, feed.Enclosure{URL: address, Type: media, Size: f.Size})
	}
	return out
}

// mediaTypes are the media types of the usual enclosures, by the end of their names.
var mediaTypes = map[string]string{
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav",
	".mp4": "video/mp4", ".webm": "video/webm", ".pdf": "application/pdf", ".epub": "application/epub+zip",
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
}
