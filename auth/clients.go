package auth

import "slices"

// clientFor is the registration to use: the one given, the one named, or the
// only one known for this provider and address.
func (k *Keeper) clientFor(a attempt, c Connection) (Client, error) {
	client, err := k.knownClient(a, c)
	if err != nil {
		return Client{}, err
	}
	switch team := a.provider.Team; {
	case team.ClientIdentifier == "" || c.ClientIdentifier == team.ClientIdentifier:
	case c.ClientIdentifier == "" && client.Identifier == "":
		c.ClientIdentifier = team.ClientIdentifier
	case c.ClientIdentifier != "" && slices.Contains(team.Locked, "client_id"):
		return Client{}, &Error{Kind: KindUsage, Provider: a.provider.Name, Detail: "your team has set the client ID, and it can't be changed"}
	}
	if c.ClientIdentifier != "" {
		client.Identifier = c.ClientIdentifier
	}
	if !c.ClientSecret.IsZero() {
		client.Secret = c.ClientSecret
	}
	if c.RedirectAddress != "" {
		client.RedirectAddress = c.RedirectAddress
	}
	if client.RedirectAddress == "" {
		client.RedirectAddress = a.provider.Redirect.Address
	}
	if err := checkRedirect(client.RedirectAddress, a.grant, a.provider.Name); err != nil {
		return Client{}, err
	}
	client.Provider = a.provider.ID
	if client.Name == "" {
		client.Name = a.provider.Name + " client"
	}
	switch rules := a.provider.Client; {
	case client.Identifier == "":
		return Client{}, &Error{Kind: KindUsage, Provider: a.provider.Name, Detail: "the client ID is missing", Candidates: []string{"--client-id"}}
	case client.Secret.IsZero() && rules.Secret == Required:
		return Client{}, &Error{Kind: KindUsage, Provider: a.provider.Name, Detail: "the client secret is missing", Candidates: []string{"--client-secret-file"}}
	}
	if client.ID == "" {
		client.ID = ClientID(newID(func(id string) bool { return k.clientTaken(ClientID(id)) }))
	}
	return client, nil
}

// knownClient is the Client that a's details belong to: the zero one where they
// are new.
func (k *Keeper) knownClient(a attempt, c Connection) (Client, error) {
	if a.client.Identifier != "" {
		c.ClientIdentifier = a.client.Identifier // a provider of our own
	}
	var fits []Client
	taken := map[ClientID]bool{}
	k.mu.Lock()
	for _, h := range k.accounts { // most share a client
		if !taken[h.client.ID] && h.account.Provider.servedBy(a.provider) {
			taken[h.client.ID] = true
			fits = append(fits, h.client)
		}
	}
	k.mu.Unlock()
	wanted := func(f Client) bool {
		switch {
		case c.Client != "":
			return f.Name == c.Client || f.Identifier == c.Client || string(f.ID) == c.Client
		case c.ClientIdentifier != "":
			return f.Identifier == c.ClientIdentifier
		}
		return true
	}
	fits = slices.DeleteFunc(fits, func(f Client) bool { return !wanted(f) })
	switch {
	case len(fits) == 1:
		return fits[0], nil
	case c.Client != "":
		return Client{}, &Error{Kind: KindUsage, Provider: a.provider.Name, Detail: "no known client is called " + c.Client}
	case c.ClientIdentifier == "" && len(fits) > 1:
		e := &Error{Kind: KindUsage, Provider: a.provider.Name, Detail: "several clients are known; --client says which"}
		for _, f := range fits {
			e.Candidates = append(e.Candidates, f.Identifier)
		}
		return Client{}, e
	}
	return a.client, nil
}

func (k *Keeper) clientTaken(id ClientID) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.clientHeld(id)
}

// servedBy reports whether p and q are the same provider at the same place.
func (p Provider) servedBy(q Provider) bool {
	return p.ID == q.ID && p.Issuer == q.Issuer && (p.Issuer != "" || p.Endpoints.Token == q.Endpoints.Token)
}

// checkRedirect is about what a person gave; a grant that sends nobody back needs none.
func checkRedirect(address string, g GrantType, provider string) error {
	if g != AuthorizationCode {
		return nil
	}
	if err := CheckRedirectAddress(address); err != nil {
		return &Error{Kind: KindUsage, Provider: provider, Detail: err.Error(), Candidates: []string{"--redirect-uri"}}
	}
	return nil
}
