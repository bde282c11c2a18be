package words

// Health is how something stands that Tokentray needs: a closed set.
type Health string

// The healths.
const (
	Healthy Health = "ok"
	Warning Health = "warning" // it works, and could work better
	Problem Health = "problem"
)

// Finding is one thing that was looked at for a person who asks what is wrong.
type Finding struct {
	Check    string // what was looked at, in a word or two
	Health   Health
	Sentence string // how it stands
	Next     string // what to do; "" where Health is Healthy
}
