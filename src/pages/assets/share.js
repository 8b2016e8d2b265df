/* Shows the device's own sharing sheet in place of the plain links, where it has one (Web Share API). */
const button = document.querySelector('[data-share-url]')
const links = document.querySelector('[data-share-links]')
if (button && links && typeof navigator.share === 'function') {
  button.hidden = false
  links.hidden = true
  button.addEventListener('click', () => {
    const { shareUrl: url, shareTitle: title } = button.dataset
    // Somebody who closes the sheet has changed their mind. Where it fails, the links are there again.
    navigator.share({ url, ...(title ? { title } : {}) }).catch((error) => {
      if (error?.name !== 'AbortError') links.hidden = false
    })
  })
}
