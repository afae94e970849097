// Are the two answers of a consent choice equally prominent? Gives what differs; empty: nothing.
// A pressed answer shows that it is pressed, so ground, border and shadow count before any press.
(root) => {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const part = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = (colour) => { const [r, g, b] = channels(colour); return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      const alpha = channels(colour)[3];
      if (alpha === undefined || alpha === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const options = [...root.querySelectorAll("button, a, [role=button], input[type=submit], summary")];
  const pressed = root.querySelector("[aria-pressed=true], :checked") !== null;
  const faults = [];
  if (options.length !== 2) faults.push(`expected 2 options, found ${options.length}`);
  const measured = options.map((element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
      tag: element.tagName, width: box.width, height: box.height, opacity: style.opacity,
      font: [style.fontSize, style.fontWeight, style.fontFamily, style.textTransform, style.textDecorationLine].join(),
      frame: pressed ? "" : [style.borderTopWidth, style.borderTopColor, style.borderTopStyle, ground(element), style.backgroundImage, style.boxShadow].join(),
      contrast: contrast(element),
      visible: box.width > 0 && box.height > 0 && style.visibility === "visible",
    };
  });
  for (const name of ["tag", "font", "frame", "opacity"]) {
    if (new Set(measured.map((one) => one[name])).size !== 1) faults.push(`${name} differs`);
  }
  for (const [name, most] of [["width", 1.05], ["height", 1.05], ["contrast", pressed ? 2 : 1.1]]) {
    const values = measured.map((one) => one[name]);
    if (Math.max(...values) / Math.max(0.01, Math.min(...values)) > most) faults.push(`${name} differs`);
  }
  if (measured.some((one) => !one.visible)) faults.push("an option is not visible");
  if (measured.some((one) => one.contrast < 4.5)) faults.push("text contrast below 4.5");
  if (measured.some((one) => one.height < 44)) faults.push("a target is under 44 px");
  if (root.querySelector("[autofocus]")) faults.push("an option is preselected");
  return faults;
}
