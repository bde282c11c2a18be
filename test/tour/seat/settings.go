//go:build unix

package seat

// choiceName and menuName are files: what is to be chosen on a notification, and the
// program that dunst has choose from a list.
const (
	choiceName = "choice"
	menuName   = "choose"
)

// menuScript answers as a person does who finds the label in the list.
const menuScript = "#!/bin/sh\nexec grep --max-count=1 --fixed-strings --file='%s'\n"

// dunstSettings: dunst's own default is that a left click only closes. %s is the
// program for a right click.
const dunstSettings = `[global]
dmenu = %s
mouse_right_click = context
origin = top-right
offset = 24x48
width = 340
font = DejaVu Sans 10
frame_width = 1
mouse_left_click = do_action, close_current
[urgency_low]
timeout = 0
[urgency_normal]
timeout = 0
[urgency_critical]
timeout = 0
`

// panelSettings is a panel at the top with the windows and the tray, and nothing
// that would look for services that aren't here.
const panelSettings = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="true"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="icon-size" type="uint" value="16"/>
      <property name="size" type="uint" value="26"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
        <value type="int" value="4"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
    <property name="plugin-4" type="string" value="clock"/>
  </property>
</channel>
`
