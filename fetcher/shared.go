package fetcher

// sharedHosts serve feeds of many publishers, each with a limit of its own.
var sharedHosts = []string{
	"feed43.com",
	"feedburner.com",
	"feedproxy.google.com",
	"fetchrss.com",
	"kill-the-newsletter.com",
	"medium.com",
	"news.google.com",
	"openrss.org",
	"politepaul.com",
	"politepol.com",
	"reddit.com",
	"rss.app",
	"rsshub.app",
	"substack.com",
	"youtube.com",
}
