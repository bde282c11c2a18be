package practice

import "strings"

// person is what is known of somebody who typed a name.
type person struct{ Subject, Name, Email string }

// personOf makes the same person of the same name every time, ignoring case.
func personOf(user string) person {
	name, _, isMail := strings.Cut(user, "@")
	p := person{Subject: hashOf("practice subject " + strings.ToLower(user))[:24], Name: name, Email: user}
	if !isMail {
		p.Email = strings.Join(strings.Fields(strings.ToLower(user)), ".") + "@practice.example"
	}
	return p
}
