/** The view type of the editor of images, as in package.json. */
export const imageViewType = "mirageos.image";
