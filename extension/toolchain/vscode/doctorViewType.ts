/** The view type of the Check Setup panel. */
export const doctorViewType = "mirageos.doctor";
