// Pictures that are too large to be sent, or to be read, are made smaller before they leave the browser.

const MOST_PIXELS = 25e6; // that the server takes of any format
const LONGEST_SIDE = 2048; // px that a picture is shrunk to: twice of what is looked at

// The size to send a picture in, [width, height] in px; null for as it is.
function shrunkSize(width, height, bytes, mostBytes) {
  if (!(width * height > 0) || (bytes <= mostBytes && width * height <= MOST_PIXELS)) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return [width, height].map((side) => Math.max(1, Math.round(side * scale)));
}

// Return a picture's file, or a smaller one of the same picture where it is too large. What the browser
// can't open stays as it is, for the server to judge.
async function shrunkPicture(file, mostBytes) {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await new Promise((done, fail) => { image.onload = done; image.onerror = fail; });
    const size = shrunkSize(image.naturalWidth, image.naturalHeight, file.size, mostBytes);
    if (!size) return file;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = size;
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, ...size); // the right way up, whatever the camera has noted
    const type = file.type === "image/jpeg" ? file.type : "image/png"; // which keeps transparency
    const blob = await new Promise((done) => canvas.toBlob(done, type, 0.92));
    return blob ? new File([blob], file.name, { type }) : file;
  } catch (error) {
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}
